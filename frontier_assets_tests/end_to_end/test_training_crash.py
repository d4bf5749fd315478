"""A training whose process ends in ways that it cannot report itself, under a real daemon."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from frontier_assets.checkpoints.training import run_name
from frontier_assets.cli.server import DagsterServer
from frontier_assets.registry.training_runs import TrainingRunRecord
from frontier_assets.types import BuildStatus
from frontier_assets.workspace import Workspace

pytestmark = pytest.mark.feature("TRN-3")

CHECKOUT = Path(__file__).parents[2]
TERMINATE = """
mutation Terminate($run: String!, $policy: TerminateRunPolicy!) {
  terminateRun(runId: $run, terminatePolicy: $policy) { __typename }
}
"""
DEFINITIONS = """
from pathlib import Path
from frontier_assets_tests.tiny_project import definitions_of, tiny_attributes
attributes = tiny_attributes(training={"entrypoint": "slow_model:train"})
defs = definitions_of(Path(__file__).parent, attributes)
"""
MODEL = """
import os, time
from pathlib import Path

def train(run):
    Path("pid.new").write_text(str(os.getpid()))
    Path("pid.new").rename("pid")
    time.sleep(300)
"""
WORKSPACE = """
load_from:
  - python_module: {module_name: slow_project, location_name: slow, working_directory: .}
"""


class Machine:
    """Where a project's Dagster runs, until somebody cuts the power; starting takes long."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._server: DagsterServer | None = None

    @property
    def server(self) -> DagsterServer:
        """The running server, started where there is none."""
        if self._server is None:
            self._server = DagsterServer(self.root, self.root / "dagster.log").__enter__()
        return self._server

    def cut_the_power(self, *others: psutil.Process) -> None:
        """Kill the server and everything that it started, and ``others``, without a word."""
        assert self._server is not None
        assert self._server._process is not None
        main = psutil.Process(self._server._process.pid)
        gone = [main, *main.children(recursive=True), *others]
        for item in gone:
            with contextlib.suppress(psutil.NoSuchProcess):
                item.kill()
        psutil.wait_procs(gone, timeout=20)
        self.stop()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        self._server = None


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("machine")
    files = {
        "dagster.yaml": (CHECKOUT / "dagster.yaml").read_text("utf-8"),
        "workspace.yaml": WORKSPACE,
        "slow_project.py": DEFINITIONS,
        "slow_model.py": MODEL,
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    found = Machine(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(CHECKOUT))
        patch.setenv("OMP_NUM_THREADS", "1")
        for name in ("FRONTIER_REGISTRY_URL", "FRONTIER_STORES"):
            patch.delenv(name, raising=False)
        yield found
        found.stop()


def until(answer: Callable[[], TrainingRunRecord | int | None], *, within_s: float = 90) -> object:
    deadline = time.monotonic() + within_s
    while (found := answer()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)
    return found


def train(machine: Machine) -> tuple[str, psutil.Process]:
    """Launch a training; return its run and its process once the function is at work."""
    run = machine.server.launch("slow", "tiny__train")
    path = machine.root / "pid"
    until(lambda: 1 if path.exists() else None)
    process = psutil.Process(int(path.read_text("utf-8")))
    path.unlink()
    return run, process


def ended(machine: Machine, run: str) -> TrainingRunRecord:
    """Wait until the registry knows that the training has ended."""

    def look() -> TrainingRunRecord | None:
        with Workspace.open(root=machine.root) as workspace:
            found = workspace.training_runs.get("tiny", run_name(run))
            workspace.audit.verify()
        return found if found.status is not BuildStatus.TRAINING else None

    found = until(look)
    assert isinstance(found, TrainingRunRecord)
    return found


@pytest.mark.timeout(300)
def test_a_training_whose_process_is_killed_or_canceled_has_failed(machine: Machine) -> None:
    run, process = train(machine)
    process.kill()
    killed = ended(machine, run)
    assert killed.status is BuildStatus.FAILED
    assert f"Dagster run {run} ended as FAILURE: " in killed.problem
    assert "terminated by signal 9 (SIGKILL)" in killed.problem

    run, process = train(machine)
    machine.server.ask(TERMINATE, {"run": run, "policy": "SAFE_TERMINATE"})
    canceled = ended(machine, run)
    assert (canceled.status, canceled.problem) == (
        BuildStatus.FAILED,
        "DagsterExecutionInterruptedError",
    )


@pytest.mark.timeout(300)
def test_a_training_that_ended_with_the_machine_has_failed_once_it_is_terminated(
    machine: Machine,
) -> None:
    run, process = train(machine)
    machine.cut_the_power(process)
    policy = {"run": run, "policy": "MARK_AS_CANCELED_IMMEDIATELY"}
    machine.server.ask(TERMINATE, policy)
    given_up = ended(machine, run)
    assert given_up.status is BuildStatus.FAILED
    assert f"Dagster run {run} ended as CANCELED: " in given_up.problem
