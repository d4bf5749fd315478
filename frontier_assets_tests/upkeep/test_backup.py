import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import damage, files, manifest, packs
from frontier_assets_tests.upkeep.two_stores import BACKUP, MODEL, convert, opened, register, save

ROOM = 20_000  # bytes of manifests and small tensors, far less than the large tensor


@pytest.fixture
def workspace(tmp_path: Path, empty_registry: Path) -> Iterator[Workspace]:
    with opened(tmp_path, empty_registry) as workspace:
        yield workspace


@pytest.mark.feature("STO-22")
def test_a_store_that_was_wiped_is_restored_byte_for_byte(
    workspace: Workspace, tmp_path: Path
) -> None:
    saved = [save(workspace, step, step / 10) for step in range(3)]
    version = register(workspace, tmp_path)
    convert(workspace, version, tmp_path)
    (report,) = workspace.store.backup(to=BACKUP).stores
    assert (report.store, report.artifacts, report.copied) == ("default", 5, 5)
    shutil.rmtree(tmp_path / "store")
    assert len(workspace.store.verify().damaged) == 5
    restored = workspace.store.restore(source=BACKUP)
    assert (restored.passed, restored.stores[0].copied) == (True, 5)
    assert workspace.store.verify().passed
    shutil.rmtree(tmp_path / BACKUP)
    state = workspace.checkpoints.load(MODEL, saved[2].key)
    assert state["model"]["head"].tolist() == [0.2] * 8


def test_what_artifacts_share_is_stored_once_in_a_backup_and_after_a_restoration(
    workspace: Workspace, tmp_path: Path
) -> None:
    for step in range(4):
        save(workspace, step, step / 10)
    size_bytes = sum(files(tmp_path / "store").values())
    workspace.store.backup(to=BACKUP)
    save(workspace, 5, 0.5)
    (second,) = workspace.store.backup(to=BACKUP).stores
    assert (second.copied, second.stored_bytes < ROOM) == (1, True)
    assert sum(files(tmp_path / BACKUP).values()) < size_bytes + ROOM
    shutil.rmtree(tmp_path / "store")
    workspace.store.restore(source=BACKUP)
    assert sum(files(tmp_path / "store").values()) < size_bytes + ROOM


def test_a_second_backup_copies_what_is_new_and_what_the_backup_lost(
    workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, tmp_path, b"one")
    workspace.store.backup(to=BACKUP)
    assert workspace.store.backup(to=BACKUP).stores[0].copied == 0
    lost = register(workspace, tmp_path, b"two")
    assert workspace.store.backup(to=BACKUP).stores[0].copied == 1
    manifest(tmp_path / BACKUP, lost.digest).unlink()
    assert workspace.store.backup(to=BACKUP).stores[0].copied == 1
    workspace.stores[BACKUP].verify(lost.digest)


def test_a_restoration_writes_what_is_damaged_and_nothing_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, tmp_path, b"intact")
    register(workspace, tmp_path, b"damaged")
    workspace.store.backup(to=BACKUP)
    (pack,) = (p for p in packs(tmp_path / "store") if b"damaged" in p.read_bytes())
    damage(pack, 64)
    before = files(tmp_path / "store")
    assert workspace.store.restore(source=BACKUP).stores[0].copied == 1
    assert workspace.store.verify().passed
    assert files(tmp_path / "store").items() > before.items()
    after = files(tmp_path / "store")
    assert workspace.store.restore(source=BACKUP).stores[0].copied == 0
    assert files(tmp_path / "store") == after


@pytest.mark.feature("STO-22")
def test_a_corrupt_backup_is_found_before_anything_is_overwritten(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, tmp_path, b"one")
    other = register(workspace, tmp_path, b"two")
    workspace.store.backup(to=BACKUP)
    for folder in ("store", BACKUP):
        (pack,) = (p for p in packs(tmp_path / folder) if b"one" in p.read_bytes())
        damage(pack, 64)
    manifest(tmp_path / "store", other.digest).unlink()
    manifest(tmp_path / BACKUP, other.digest).unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    found = workspace.store.restore(source=BACKUP)
    assert {item.digest: item.owners for item in found.failed} == {
        version.digest: ("m@1.0.0",),
        other.digest: ("m@1.0.1",),
    }
    assert all("backup" in item.problem or "weights.bin" in item.problem for item in found.failed)
    after = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    assert after == before


def test_a_damaged_backup_is_restored_from_where_it_came_from(
    workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, tmp_path)
    workspace.store.backup(to=BACKUP)
    damage(packs(tmp_path / BACKUP)[0], 64)
    assert not workspace.store.verify().passed
    assert workspace.store.restore(source="default").passed
    assert workspace.store.verify().passed


def test_what_is_damaged_is_named_and_the_rest_is_backed_up(
    workspace: Workspace, tmp_path: Path
) -> None:
    lost = register(workspace, tmp_path, b"one")
    kept = register(workspace, tmp_path, b"two")
    (pack,) = (p for p in packs(tmp_path / "store") if b"one" in p.read_bytes())
    damage(pack, 64)
    found = workspace.store.backup(to=BACKUP)
    (failure,) = found.failed
    assert (found.passed, failure.digest, failure.owners) == (False, lost.digest, ("m@1.0.0",))
    assert found.stores[0].copied == 1
    workspace.stores[BACKUP].verify(kept.digest)
    assert not workspace.stores[BACKUP].holds(lost.digest)


def test_progress_is_told_in_bytes(workspace: Workspace, tmp_path: Path) -> None:
    register(workspace, tmp_path, b"weights")
    register(workspace, tmp_path, b"others")
    told: list[tuple[int, int]] = []
    workspace.store.backup(to=BACKUP, tell=lambda done, total: told.append((done, total)))
    assert told[-1] == (13, 13)
    assert len(told) == 2


def test_an_empty_registry_has_nothing_to_back_up_and_an_unknown_store_is_refused(
    workspace: Workspace,
) -> None:
    assert workspace.store.backup(to=BACKUP).stores == ()
    with pytest.raises(SettingsError, match="'elsewhere': is not among the named"):
        workspace.store.backup(to="elsewhere")
    with pytest.raises(SettingsError, match="'elsewhere': is not among the named"):
        workspace.store.restore(source="elsewhere")
