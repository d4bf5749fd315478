"""A store that several registries use: none of them collects what another one needs."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError, SettingsError, SharedStoreError
from frontier_assets.storage.collect import saved_blobs
from frontier_assets.types import Version
from frontier_assets.workspace import Workspace

NO_GRACE = timedelta(0)
Opener = Callable[[str], Workspace]


@pytest.fixture
def opened(tmp_path: Path, empty_registry: Path) -> Iterator[Opener]:
    """Open the registry of somebody, who uses the same store as everybody else."""
    with ExitStack() as opened:

        def open_registry(owner: str) -> Workspace:
            path = tmp_path / f"{owner}.db"
            if not path.exists():
                shutil.copy(empty_registry, path)
            url, stores = f"sqlite:///{path}", {"default": f"file:{tmp_path}/store"}
            workspace = Workspace.open(registry_url=url, stores=stores, actor=owner)
            return opened.enter_context(workspace)

        yield open_registry


@pytest.fixture
def ann(opened: Opener) -> Workspace:
    return opened("ann")


@pytest.fixture
def bea(opened: Opener) -> Workspace:
    return opened("bea")


def save(workspace: Workspace, value: float, step: int = 1) -> None:
    state = {"model": {"w": np.full(100, value)}}
    workspace.checkpoints.save("m", run="r", step=step, state=state)


def register(workspace: Workspace, folder: Path) -> Version:
    path = folder / "weights.bin"
    path.write_bytes(b"weights")
    return workspace.versions.register("m", files={path.name: path})


def blobs(workspace: Workspace) -> set[str]:
    return set(saved_blobs(workspace.stores["default"].blobs))


def notes(workspace: Workspace) -> list[str]:
    return [info.name for info in workspace.stores["default"].blobs.list("registries/")]


def collect(workspace: Workspace, *, dry_run: bool = False) -> int:
    (found,) = workspace.store.collect(grace=NO_GRACE, dry_run=dry_run)
    return found.deleted_blobs


def leave_garbage(workspace: Workspace) -> None:
    for value in (1.0, 2.0):
        save(workspace, value)


@pytest.mark.parametrize("dry_run", [False, True])
def test_what_another_registry_recorded_is_not_collected(
    ann: Workspace, bea: Workspace, *, dry_run: bool
) -> None:
    leave_garbage(ann)
    save(bea, 3.0)
    before = blobs(ann)
    for own, other in ((ann, bea), (bea, ann)):
        with pytest.raises(SharedStoreError) as refused:
            collect(own, dry_run=dry_run)
        assert f"another registry, which would be garbage to this one: {other.registry.url} on" in (
            str(refused.value)
        )
    assert blobs(ann) == before
    assert bea.store.verify().passed


def test_once_the_other_registry_is_forgotten_garbage_goes(
    ann: Workspace, bea: Workspace, opened: Opener
) -> None:
    save(bea, 3.0)
    leave_garbage(ann)
    with pytest.raises(SharedStoreError) as refused:
        collect(ann)
    other = refused.value.identity
    assert str(refused.value).endswith(f"`frontier store forget default {other}`")
    assert ann.store.forget("default", other).described == refused.value.registry
    assert collect(ann) == 4
    assert ann.store.verify().passed
    save(opened("bea"), 4.0)  # it was not gone, and says so again
    with pytest.raises(SharedStoreError):
        collect(ann)


@pytest.mark.parametrize("identity", ["own", "ab12", "../escape"])
def test_only_another_registry_can_be_forgotten(
    ann: Workspace, bea: Workspace, identity: str
) -> None:
    save(ann, 1.0)
    save(bea, 2.0)
    before = notes(ann)
    with pytest.raises(InvalidValueError, match=r"uses store 'default' too: .+ \(.+bea\.db on"):
        ann.store.forget("default", ann.audit.identity() or "" if identity == "own" else identity)
    assert notes(ann) == before


def test_a_registry_that_never_recorded_anything_there_collects_nothing(
    ann: Workspace, bea: Workspace
) -> None:
    leave_garbage(ann)
    before = blobs(ann)
    ann.stores["default"].blobs.delete(*notes(ann))  # as an earlier release left it
    with pytest.raises(SettingsError, match=r"bea\.db\) that never recorded anything in store"):
        collect(bea)
    bea.registry.models.ensure("m", actor="bea")
    with pytest.raises(SettingsError, match="so that the 4 blobs there would be garbage"):
        collect(bea)
    assert (blobs(ann), notes(ann)) == (before, [])
    # What is young may be the first thing that is being saved.
    assert bea.store.collect(grace=timedelta(hours=1))[0].condemned_blobs == 0


def test_nothing_is_refused_or_written_where_there_is_nothing(ann: Workspace) -> None:
    assert collect(ann) == 0
    assert notes(ann) == []


def test_the_very_first_thing_that_a_registry_records_is_announced(
    ann: Workspace, bea: Workspace, tmp_path: Path
) -> None:
    version = register(ann, tmp_path)
    leave_garbage(bea)
    with pytest.raises(SharedStoreError, match=r"ann\.db on .+, since 20"):
        collect(bea)
    assert ann.stores["default"].holds(version.digest)


def test_what_an_earlier_release_recorded_is_announced_by_its_first_collection(
    ann: Workspace,
) -> None:
    leave_garbage(ann)
    (note,) = notes(ann)
    ann.stores["default"].blobs.delete(note)
    assert collect(ann, dry_run=True) == 2
    assert notes(ann) == []
    assert collect(ann) == 2
    assert notes(ann) == [note]


def test_a_registry_of_which_everything_was_deleted_still_collects_it(
    ann: Workspace, opened: Opener, tmp_path: Path
) -> None:
    register(ann, tmp_path)
    ann.models.delete("m", reason="a test")
    assert collect(opened("ann")) == 2
    assert blobs(ann) == set()


def test_a_copy_of_the_database_elsewhere_is_the_same_registry(
    ann: Workspace, opened: Opener, tmp_path: Path
) -> None:
    leave_garbage(ann)
    ann.close()
    (tmp_path / "ann.db").rename(tmp_path / "moved.db")
    moved = opened("moved")
    assert collect(moved) == 2
    save(moved, 3.0)
    assert len(notes(moved)) == 1


def test_a_note_that_cannot_be_read_counts_like_any_other(ann: Workspace, tmp_path: Path) -> None:
    leave_garbage(ann)
    before = blobs(ann)
    (tmp_path / "store" / "registries" / "ab12").write_bytes(b"\xff{")
    with pytest.raises(SharedStoreError, match=r"a registry whose note cannot be read; .*ab12"):
        collect(ann)
    assert blobs(ann) == before
