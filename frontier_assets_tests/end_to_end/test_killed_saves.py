"""Processes that save are killed: at each request to an object store, and at random times."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.types import Digest
from frontier_assets_tests.end_to_end.crash_scenarios import MODEL, RETURN, RUN, save, state
from frontier_assets_tests.end_to_end.intactness import same
from frontier_assets_tests.end_to_end.saving_driver import open_workspace
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running

REPOSITORY = Path(__file__).parents[2]
KILLED = -9
NEVER = 1_000
# Several times what a save takes.
LONGEST_DELAY_S = 0.2
START_S = 60
REQUESTS = {"pack put", "manifest put"}
REGISTRY = {"registry begin", "registry insert", "registry update", "registry commit"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_running(free_port()) as endpoint:
        yield f"?endpoint={endpoint}&region=us-east-1"


def started(*arguments: object) -> "subprocess.Popen[bytes]":
    kept = {name: text for name, text in os.environ.items() if "FRONTIER" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "frontier_assets_tests.end_to_end.saving_driver"]
        + [str(argument) for argument in arguments],
        cwd=REPOSITORY,
        env={**kept, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"},
    )


def save_second(folder: Path, server: str, fatal: int) -> tuple[int, list[dict[str, Any]]]:
    """Save a first checkpoint, have a child save the second, and return how that ended."""
    folder.mkdir()
    url = url_of(folder, server)
    with open_workspace(folder, url) as workspace:
        save(workspace, 1)
    trace = folder / "trace"
    status = started(folder, url, trace, fatal).wait(START_S)
    return status, [json.loads(line) for line in trace.read_text().splitlines()]


def url_of(folder: Path, server: str) -> str:
    return f"s3://{BUCKET}/{folder.name}{server}"


def after_kill(folder: Path, server: str, *, returned: bool) -> list[str]:
    """Return what is wrong after a kill, and after the save was repeated."""
    found: list[str] = []
    with open_workspace(folder, url_of(folder, server)) as workspace:
        store = workspace.stores["default"]
        for repeated in (False, True):
            steps = [item.step for item in workspace.checkpoints.list(MODEL)]
            if steps != [1, 2] and (returned or repeated or steps != [1]):
                found.append(f"the registry has the steps {steps}")
            for digest in store.list():
                store.verify(digest)
            loaded = [workspace.checkpoints.load(MODEL, f"{RUN}-step-{step}") for step in steps]
            if not all(map(same, loaded, map(state, steps))):
                found.append("a checkpoint loads as another state")
            save(workspace, 2)
    return found


@pytest.mark.slow
def test_a_kill_at_any_request_of_a_save_to_s3_leaves_what_was_before_or_after_it(
    tmp_path: Path, server: str
) -> None:
    status, boundaries = save_second(tmp_path / "undisturbed", server, NEVER)
    assert status == 0
    assert {boundary["phase"] for boundary in boundaries} == {*REQUESTS, *REGISTRY, RETURN}
    inside = [item["phase"] for item in boundaries if item["moment"] == "in the middle"]
    assert {*inside} == REQUESTS
    kills, violations = Counter[str](), list[str]()
    for number, boundary in enumerate(boundaries):
        folder = tmp_path / f"killed-{number}"
        status, _ = save_second(folder, server, number)
        assert status == KILLED
        kills[boundary["phase"]] += 1
        found = after_kill(folder, server, returned=boundary["phase"] == RETURN)
        violations += [f"{boundary}: {problem}" for problem in found]
    print(f"\n{kills.total()} kills, {len(inside)} inside a request: {dict(kills)}")  # noqa: T201 - part of the result
    assert violations == []


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(1_200)
def test_a_kill_at_a_random_time_leaves_every_checkpoint_that_was_saved(
    tmp_path: Path, kills: int
) -> None:
    url, trace, chosen = f"file:{tmp_path}/store", tmp_path / "trace", random.Random(5)
    with open_workspace(tmp_path, url) as workspace:
        save(workspace, 1)
    proved, promised = set[Digest](), 1
    for _ in range(kills):
        trace.unlink(missing_ok=True)
        with started(tmp_path, url, trace) as process:
            wait_for(trace, process)
            time.sleep(chosen.uniform(0, LONGEST_DELAY_S))
            process.kill()
        assert process.returncode == KILLED
        promised = int(trace.read_text().split()[-1])
        proved |= proved_after(tmp_path, url, promised, proved)
    # Each is read once more: later kills and saves changed none.
    assert proved_after(tmp_path, url, promised, set()) == proved
    print(f"\n{kills} kills, {len(proved)} checkpoints")  # noqa: T201 - part of the result


def wait_for(trace: Path, process: "subprocess.Popen[bytes]") -> None:
    """Return when the process has written its first line."""
    deadline = time.monotonic() + START_S
    while not (trace.exists() and trace.read_text().endswith("\n")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)


def proved_after(folder: Path, url: str, promised: int, proved: set[Digest]) -> set[Digest]:
    """Prove every artifact that is not ``proved``, and that checkpoints up to one are there."""
    with open_workspace(folder, url) as workspace:
        store = workspace.stores["default"]
        new = {*store.list()} - proved
        for digest in new:
            store.verify(digest)
        recorded = {item.step: item for item in workspace.checkpoints.list(MODEL)}
        assert sorted(recorded) == [*range(1, len(recorded) + 1)]
        assert len(recorded) - promised in (0, 1)
        for step, item in recorded.items():
            if item.digest in new:
                loaded = workspace.checkpoints.load(MODEL, item.key)
                assert same(loaded, state(step))
    return new
