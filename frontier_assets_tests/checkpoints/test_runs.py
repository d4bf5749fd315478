import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import RegistryUnavailableError
from frontier_assets.types import BuildStatus
from frontier_assets.workspace import Workspace

pytestmark = pytest.mark.feature("TRN-3")

WEIGHT = np.zeros(2, dtype=np.float32)
KILLED = """
import os, signal, sys
from frontier_assets.workspace import Workspace
with Workspace.open(registry_url=sys.argv[1], stores={"default": "file:/unused"}) as workspace:
    with workspace.training_runs.recorded("m", "r1", run_id="one"):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def end_with(workspace: Workspace, error: BaseException) -> None:
    with workspace.training_runs.recorded("m", "r1"):
        raise error


def test_a_script_records_what_it_trains_and_registers(workspace: Workspace) -> None:
    with workspace.training_runs.recorded("m", "r1") as run:
        assert workspace.training_runs.get("m", "r1").status is BuildStatus.TRAINING
        workspace.checkpoints.save(
            "m", run="r1", step=1, state={"model": {"w": WEIGHT}}, metrics={"loss": 0.1}
        )
        run.version = workspace.versions.register("m", checkpoint="latest")
    (recorded,) = workspace.training_runs.list("m")
    assert (recorded.status, recorded.version) == (BuildStatus.TRAINED, "1.0.0")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (RuntimeError("no memory"), "RuntimeError: no memory"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (SystemExit("enough"), "SystemExit: enough"),
        (GeneratorExit(), "GeneratorExit"),
    ],
)
def test_a_run_fails_with_whatever_ended_it_and_the_error_goes_on(
    workspace: Workspace, error: BaseException, problem: str
) -> None:
    with pytest.raises(type(error)) as raised:
        end_with(workspace, error)
    assert raised.value is error
    recorded = workspace.training_runs.get("m", "r1")
    assert (recorded.status, recorded.problem) == (BuildStatus.FAILED, problem)


def test_a_process_that_is_killed_leaves_a_run_that_somebody_else_can_mark(
    workspace: Workspace, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, workspace.settings.registry_url]
    killed = subprocess.run(command, env={**os.environ}, cwd=tmp_path, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    (left,) = workspace.training_runs.unfinished()
    assert (left.run_id, left.status) == ("one", BuildStatus.TRAINING)
    marked = workspace.training_runs.fail("m", "r1", "killed", run_id="one", actor="sensor:x")
    assert (marked.status, marked.problem) == (BuildStatus.FAILED, "killed")
    assert workspace.audit.entries("m")[-1].actor == "sensor:x"


def test_the_cause_is_raised_also_when_the_registry_cannot_record_it(
    workspace: Workspace,
) -> None:
    with pytest.raises(RuntimeError, match="no memory") as raised:
        train_over_a_database_that_goes_away(workspace)
    assert "r1 could not be recorded: Registry" in raised.value.__notes__[0]


def take_away(workspace: Workspace) -> None:
    workspace.close()
    path = Path(workspace.settings.registry_url.removeprefix("sqlite:///"))
    for file in path.parent.glob("registry.db*"):
        file.unlink()
    path.mkdir()


def train_over_a_database_that_goes_away(workspace: Workspace) -> None:
    with workspace.training_runs.recorded("m", "r1"):
        take_away(workspace)
        raise RuntimeError("no memory")


def test_a_registry_that_is_away_at_the_start_stops_the_run(workspace: Workspace) -> None:
    take_away(workspace)
    with pytest.raises(RegistryUnavailableError), workspace.training_runs.recorded("m", "r1"):
        pytest.fail("the block was entered")
