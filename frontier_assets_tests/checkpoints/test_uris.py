"""Versions of files that stay where somebody else keeps them."""

import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError, UntrustedContentError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.payload import Payload
from frontier_assets_tests.storage.trees import damage, files, packs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that another team keeps."""
    place = tmp_path / "models" / "churn" / "v1.0.0"
    place.mkdir(parents=True)
    (place / "weights.bin").write_bytes(b"weights" * 1000)
    (place / "labels.txt").write_text("no\nyes\n", encoding="utf-8")
    return place


@pytest.mark.feature("VER-22")
def test_a_version_is_registered_where_its_files_lie(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    version = workspace.versions.register("churn", uri=f"file:{folder}/", metrics={"auc": 0.9})
    assert (version.size_bytes, version.metrics) == (7007, {"auc": 0.9})
    assert version.signature["files"] == ["labels.txt", "weights.bin"]
    assert not any(name.startswith("packs/") for name in files(tmp_path / "store"))
    workspace.fetch(version.ref, tmp_path / "out")
    assert (tmp_path / "out" / "weights.bin").read_bytes() == b"weights" * 1000
    copied = {name: folder / name for name in ("weights.bin", "labels.txt")}
    assert workspace.versions.register("churn", files=copied).digest == version.digest


@pytest.mark.feature("VER-22")
def test_a_change_there_is_found_and_a_backup_survives_it(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    version = workspace.versions.register("churn", uri=f"file:{folder}")
    workspace.store.collect(grace=timedelta(0))
    assert workspace.store.usage().stores[0].live_bytes < 7007
    assert workspace.store.verify().passed
    damage(folder / "weights.bin", 10)
    (damaged,) = workspace.store.verify().damaged
    assert damaged.owners == (version.ref,)
    assert f"file:{folder}/weights.bin" in damaged.problem


def test_what_lies_outside_is_backed_up_and_restored_into_the_store(
    folder: Path, tmp_path: Path, empty_registry: Path
) -> None:
    from frontier_assets_tests.upkeep.two_stores import BACKUP, opened

    with opened(tmp_path, empty_registry) as workspace:
        workspace.versions.register("churn", uri=f"file:{folder}")
        workspace.store.backup(to=BACKUP)
        assert len(packs(tmp_path / BACKUP)) == 1
        (folder / "weights.bin").unlink()
        assert workspace.store.restore(source=BACKUP).passed
        assert workspace.store.verify().passed


@pytest.mark.feature("VER-22")
@pytest.mark.parametrize("name", ["model.pkl", "weights.bin"])
def test_a_pickle_there_is_refused(
    workspace: Workspace, folder: Path, tmp_path: Path, name: str
) -> None:
    marker = tmp_path / "ran"
    (folder / name).write_bytes(pickle.dumps(Payload(marker)))
    with pytest.raises(UntrustedContentError, match=f"'{name}' is refused"):
        workspace.versions.register("churn", uri=f"file:{folder}")
    assert not marker.exists()
    assert files(tmp_path / "store") == {}
    assert workspace.registry.models.list() == []


@pytest.mark.feature("VER-22")
@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("ftp://host/v1/", "known: az:, file:, gs:, s3:"),
        ("file:/nowhere/v1.0.0/", "nothing is there"),
        ("s3://key:secret@models/v1/", "no credentials in it"),
    ],
)
def test_a_uri_that_cannot_be_read_is_refused(workspace: Workspace, uri: str, problem: str) -> None:
    with pytest.raises(InvalidValueError, match=problem) as refusal:
        workspace.versions.register("churn", uri=uri)
    assert "secret" not in str(refusal.value)
    assert workspace.registry.models.list() == []
