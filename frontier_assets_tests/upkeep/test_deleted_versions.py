from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import VersionNotFoundError
from frontier_assets.types import Version
from frontier_assets.workspace import Workspace
from frontier_assets_tests.upkeep.kept import DAY, Kept
from frontier_assets_tests.upkeep.two_stores import BACKUP, convert, opened, register


def delete(kept: Kept, version: Version) -> None:
    kept.registry.tombstones.delete("m", version.number, actor="ann", reason="old")


@pytest.mark.feature("VER-12")
def test_the_bytes_of_a_deleted_version_go_after_the_grace_period(kept: Kept) -> None:
    doomed, other = kept.register({1, 2}), kept.register({2, 3})
    delete(kept, doomed)
    kept.clock.turn(DAY)
    assert kept.collect().deleted_blobs == 0
    kept.clock.turn(DAY)
    assert kept.collect().deleted_blobs == 2
    assert kept.blob_names() == kept.live_names()
    assert kept.holds(other.digest, {2, 3})


def test_what_a_living_version_or_checkpoint_shares_stays(kept: Kept) -> None:
    doomed, same = kept.register({1, 2}), kept.save({1, 2}, step=1)
    other = kept.register({3})
    delete(kept, doomed)
    kept.collect_everything()
    assert kept.holds(same.digest, {1, 2})
    assert kept.holds(other.digest, {3})


@pytest.fixture
def workspace(tmp_path: Path, empty_registry: Path) -> Iterator[Workspace]:
    with opened(tmp_path, empty_registry) as workspace:
        yield workspace


def test_conversions_attachments_and_copies_go_with_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "roc.png").write_bytes(b"picture")
    doomed = register(workspace, tmp_path, b"first")
    convert(workspace, doomed, tmp_path)
    workspace.versions.attach(doomed.ref, {"roc.png": tmp_path / "roc.png"}, kind="plot")
    workspace.store.copy(doomed.ref, to=BACKUP)
    living = register(workspace, tmp_path, b"second")
    workspace.versions.delete(doomed.ref, reason="old")
    for report in workspace.store.collect(grace=timedelta(0)):
        live = {"default": 2, BACKUP: 0}[report.store]
        assert (report.live_blobs, report.deleted_blobs > 0) == (live, True)
    assert workspace.store.verify().artifacts == 1
    assert workspace.fetch(living.ref, tmp_path / "out")[0].read_bytes() == b"second"
    with pytest.raises(VersionNotFoundError, match="ann deleted it"):
        workspace.load(doomed.ref)
