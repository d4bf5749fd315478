"""A training without Dagster, killed at random moments, is the one that was never killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from frontier_assets.workspace import Workspace

STEPS = 40
KILLS = 4


def start(folder: Path, run: str) -> "subprocess.Popen[bytes]":
    module = "frontier_assets_tests.end_to_end.plain_training"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-m", module, str(folder), run, str(STEPS)], env=environment
    )


def losses(folder: Path, run: str) -> list[tuple[int, str]]:
    """Return step and loss of every whole line, in the order in which they were written."""
    path = folder / f"{run}.losses"
    lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
    return [(int(step), loss) for step, loss in map(str.split, lines)]


def saved(folder: Path, run: str) -> list[int]:
    """Return the steps of the run's checkpoints, in the order in which they were saved."""
    url, stores = f"sqlite:///{folder}/registry.db", {"default": f"file:{folder}/store"}
    with Workspace.open(registry_url=url, stores=stores) as workspace:
        workspace.audit.verify()
        return [item.step for item in workspace.checkpoints.list("m", run=run)]


def kill_later(process: "subprocess.Popen[bytes]", folder: Path, dice: random.Random) -> None:
    """Kill the training at any moment of one of its next steps."""
    wanted = len(losses(folder, "killed")) + dice.randint(1, 8)
    while len(losses(folder, "killed")) < wanted:
        assert process.poll() is None, "the training ended before it was killed"
        time.sleep(0.001)
    time.sleep(dice.random() * 0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL


@pytest.mark.feature("CKP-6")
@pytest.mark.timeout(300)
def test_a_killed_training_continues_at_its_next_step_to_the_same_weights(
    tmp_path: Path, empty_registry: Path
) -> None:
    import torch

    shutil.copy(empty_registry, tmp_path)

    assert start(tmp_path, "whole").wait(timeout=120) == 0
    dice = random.Random(0)
    durable, begun = [0], []
    for _ in range(KILLS):
        before = len(losses(tmp_path, "killed"))
        kill_later(start(tmp_path, "killed"), tmp_path, dice)
        begun.append(losses(tmp_path, "killed")[before][0])
        durable.append(max(saved(tmp_path, "killed"), default=0))
    assert start(tmp_path, "killed").wait(timeout=120) == 0

    whole = dict(losses(tmp_path, "whole"))
    assert list(whole) == list(range(1, STEPS + 1))
    # Steps after the last durable checkpoint were done twice, each time with the same loss.
    assert set(losses(tmp_path, "killed")) == set(whole.items())
    assert begun == [step + 1 for step in durable[:-1]]
    assert durable[-1] > 0
    one, other = (torch.load(tmp_path / f"{run}.pt") for run in ("whole", "killed"))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert saved(tmp_path, "killed") == list(range(1, STEPS + 1))
