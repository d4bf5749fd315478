"""Threads and processes that save, delete and collect in one store at the same time.

A grace period below the time that a save takes makes collections take what is being saved, which is
when every part of the protocol is needed.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.storage.collect import saved_blobs
from frontier_assets.workspace import Workspace
from frontier_assets_tests.upkeep.traffic import collecting, save, work

NO_GRACE, SHORT = timedelta(0), timedelta(milliseconds=20)
ROUNDS = 15


@pytest.fixture
def shared(
    request: pytest.FixtureRequest, tmp_path: Path, registry_url: str
) -> Iterator[Workspace]:
    with opened(tmp_path, registry_url, request.param) as workspace:
        yield workspace


def opened(folder: Path, registry_url: str, scheme: str) -> Workspace:
    place = f"{folder}/store".strip("/" if scheme == "memory" else "")
    return Workspace.open(
        registry_url=registry_url,
        stores={"default": f"{scheme}:{place}"},
        actor="ann",
    )


def begin(workspace: Workspace) -> None:
    """Record something: before that, nothing at all is collected without a grace period."""
    save(workspace, [0], step=0)


def assert_only_what_is_recorded_is_left(workspace: Workspace) -> None:
    assert workspace.store.verify().damaged == ()
    workspace.store.collect(grace=NO_GRACE)
    store = workspace.stores["default"]
    digests = workspace.registry.collection.reachable("default")
    assert digests
    needed = {name for digest in digests for name in store.open(digest).blobs}
    assert set(saved_blobs(store.blobs)) == needed
    assert workspace.store.verify().damaged == ()
    assert workspace.registry.collection.marks()["default"] > 0
    workspace.audit.verify()


@pytest.mark.parametrize(
    ("dialect", "shared"),
    [("sqlite", "file"), ("sqlite", "memory"), ("postgresql", "memory")],
    indirect=["shared"],
)
def test_threads_that_save_delete_and_collect_lose_nothing(shared: Workspace) -> None:
    begin(shared)
    with collecting(shared, NO_GRACE, SHORT), ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda seed: work(shared, seed, ROUNDS), range(4)))
    assert_only_what_is_recorded_is_left(shared)


@pytest.mark.parametrize(("dialect", "rounds"), [("sqlite", ROUNDS), ("postgresql", 5)])
def test_processes_that_save_and_delete_lose_nothing_to_a_collection(
    tmp_path: Path, registry_url: str, rounds: int
) -> None:
    with opened(tmp_path, registry_url, "file") as workspace:
        command = [sys.executable, "-m", "frontier_assets_tests.upkeep.traffic"]
        urls = [registry_url, f"file:{tmp_path}/store"]
        processes = [
            subprocess.Popen(
                [*command, *urls, str(seed), str(rounds)],
                cwd=Path(__file__).parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for seed in range(3)
        ]
        ready = [process.stdout.readline() if process.stdout else "" for process in processes]
        assert ready == ["ready\n"] * 3
        begin(workspace)
        with collecting(workspace, NO_GRACE, SHORT):
            errors = [process.communicate("go\n", timeout=240)[1] for process in processes]
        assert errors == ["", "", ""]
        assert_only_what_is_recorded_is_left(workspace)
