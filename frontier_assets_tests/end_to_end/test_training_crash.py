"""A training whose process ends in ways that it cannot report itself, under a real daemon."""

import contextlib
import os
import signal
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


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "dagster.yaml": (CHECKOUT / "dagster.yaml").read_text("utf-8"),
        "workspace.yaml": WORKSPACE,
        "slow_project.py": DEFINITIONS,
        "slow_model.py": MODEL,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in ("FRONTIER_REGISTRY_URL", "FRONTIER_STORES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def server(root: Path) -> Iterator[DagsterServer]:
    with DagsterServer(root, root / "dagster.log") as running:
        yield running


def until(answer: Callable[[], TrainingRunRecord | int | None], *, within_s: float = 90) -> object:
    deadline = time.monotonic() + within_s
    while (found := answer()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)
    return found


def train(server: DagsterServer, root: Path) -> tuple[str, int]:
    """Launch a training; return its run and its process once the function is at work."""
    run = server.launch("slow", "tiny__train")
    path = root / "pid"
    until(lambda: 1 if path.exists() else None)
    process = int(path.read_text("utf-8"))
    path.unlink()
    return run, process


def ended(root: Path, run: str) -> TrainingRunRecord:
    """Wait until the registry knows that the training has ended."""

    def look() -> TrainingRunRecord | None:
        with Workspace.open(root=root) as workspace:
            found = workspace.training_runs.get("tiny", run_name(run))
            workspace.audit.verify()
        return found if found.status is not BuildStatus.TRAINING else None

    found = until(look)
    assert isinstance(found, TrainingRunRecord)
    return found


@pytest.mark.timeout(300)
def test_a_training_whose_process_is_killed_or_canceled_has_failed(
    server: DagsterServer, root: Path
) -> None:
    run, process = train(server, root)
    os.kill(process, signal.SIGKILL)
    killed = ended(root, run)
    assert killed.status is BuildStatus.FAILED
    assert f"Dagster run {run} ended as FAILURE: " in killed.problem
    assert "terminated by signal 9 (SIGKILL)" in killed.problem

    run, process = train(server, root)
    server.ask(TERMINATE, {"run": run, "policy": "SAFE_TERMINATE"})
    canceled = ended(root, run)
    assert (canceled.status, canceled.problem) == (
        BuildStatus.FAILED,
        "DagsterExecutionInterruptedError",
    )


@pytest.mark.timeout(300)
def test_a_training_that_ended_with_the_machine_has_failed_once_it_is_terminated(
    root: Path,
) -> None:
    with DagsterServer(root, root / "dagster.log") as server:
        run, process = train(server, root)
        cut_the_power(server, process)
    with DagsterServer(root, root / "dagster.log") as server:
        server.ask(TERMINATE, {"run": run, "policy": "MARK_AS_CANCELED_IMMEDIATELY"})
        given_up = ended(root, run)
    assert given_up.status is BuildStatus.FAILED
    assert f"Dagster run {run} ended as CANCELED: " in given_up.problem


def cut_the_power(server: DagsterServer, process: int) -> None:
    assert server._process is not None
    main = psutil.Process(server._process.pid)
    gone = [main, *main.children(recursive=True), psutil.Process(process)]
    for item in gone:
        with contextlib.suppress(psutil.NoSuchProcess):
            item.kill()
    server._process.wait()
    psutil.wait_procs(gone, timeout=20)
