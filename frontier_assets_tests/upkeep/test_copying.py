from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import ArtifactNotFoundError, IntegrityError, SettingsError
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import damage, files, packs
from frontier_assets_tests.upkeep.two_stores import BACKUP, MODEL, convert, opened, register


@pytest.fixture
def workspace(tmp_path: Path, empty_registry: Path) -> Iterator[Workspace]:
    with opened(tmp_path, empty_registry) as workspace:
        yield workspace


def test_a_version_is_copied_with_its_verified_conversions(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, tmp_path)
    convert(workspace, version, tmp_path)
    own, onnx = workspace.store.copy(version.ref, to=BACKUP)
    assert (own.name, own.digest, own.source, own.store) == ("", version.digest, "default", BACKUP)
    assert onnx.name == "onnx"
    for copied in (own, onnx):
        workspace.stores[BACKUP].verify(copied.digest)
    assert workspace.audit.entries(MODEL)[-1].action is AuditAction.VERSION_COPIED
    assert workspace.store.verify().artifacts == 4


def test_a_copy_that_is_there_is_not_made_again(workspace: Workspace, tmp_path: Path) -> None:
    version = register(workspace, tmp_path)
    workspace.store.copy(version.ref, to=BACKUP)
    before, entries = files(tmp_path / BACKUP), workspace.audit.entries(MODEL)
    (copied,) = workspace.store.copy(version.ref, to=BACKUP)
    assert copied.stored_bytes == 0
    assert files(tmp_path / BACKUP) == before
    assert workspace.audit.entries(MODEL) == entries
    assert workspace.store.copy(version.ref, to="default") == []


def test_a_copy_outlives_collections(workspace: Workspace, tmp_path: Path) -> None:
    version = register(workspace, tmp_path)
    workspace.store.copy(version.ref, to=BACKUP)
    workspace.store.collect(grace=timedelta(0))
    workspace.stores[BACKUP].verify(version.digest)


def test_a_copy_is_read_when_it_is_asked_for_and_only_then(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, tmp_path)
    convert(workspace, version, tmp_path)
    with pytest.raises(ArtifactNotFoundError, match=BACKUP):
        workspace.fetch(version.ref, tmp_path / "out", store=BACKUP)
    workspace.store.copy(version.ref, to=BACKUP)
    for pack in packs(tmp_path / "store"):
        damage(pack, 64)
    with pytest.raises(IntegrityError):
        workspace.fetch(version.ref, tmp_path / "out")
    (own,) = workspace.fetch(version.ref, tmp_path / "out", store=BACKUP)
    (onnx,) = workspace.fetch(version.ref, tmp_path / "out", target="onnx", store=BACKUP)
    assert (own.read_bytes(), onnx.read_bytes()) == (b"weights", b"converted")


def test_a_damaged_version_is_not_recorded_as_copied(workspace: Workspace, tmp_path: Path) -> None:
    version = register(workspace, tmp_path)
    damage(packs(tmp_path / "store")[0], 64)
    with pytest.raises(IntegrityError, match=r"entry 'weights\.bin'"):
        workspace.store.copy(version.ref, to=BACKUP)
    assert workspace.registry.collection.stores() == {"default"}
    assert files(tmp_path / BACKUP) == {}


def test_a_store_that_is_not_named_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    version = register(workspace, tmp_path)
    with pytest.raises(SettingsError, match="'elsewhere': is not among the named"):
        workspace.store.copy(version.ref, to="elsewhere")
