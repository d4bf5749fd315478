from pathlib import Path

import pytest

from frontier_assets.errors import IntegrityError, InvalidValueError
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.collect import saved_blobs
from frontier_assets.storage.outside import Outside
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets_tests.storage.trees import damage, open_store, packs, read_everything

LARGE = bytes(range(256)) * 5000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that somebody else keeps."""
    place = tmp_path / "team" / "v1"
    (place / "parts").mkdir(parents=True)
    (place / "large.bin").write_bytes(LARGE)
    (place / "parts" / "small.bin").write_bytes(b"small")
    (place / "empty.bin").touch()
    return place


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path / "store")


def refer(store: ArtifactStore, folder: Path) -> str:
    return store.refer(store.outside.find(f"file:{folder}")).digest


def test_files_are_found_by_the_uri_of_their_folder_or_their_own(folder: Path) -> None:
    outside = Outside()
    found = outside.find(f"file:{folder}")
    assert found == outside.find(f"file://{folder}/")
    assert found == {
        "empty.bin": f"file:{folder}/empty.bin",
        "large.bin": f"file:{folder}/large.bin",
        "parts/small.bin": f"file:{folder}/parts/small.bin",
    }
    alone = outside.find(f"file:{folder}/parts/small.bin")
    assert alone == {"small.bin": f"file:{folder}/parts/small.bin"}
    assert Outside(root=folder.parent).find("file:v1/large.bin") == {
        "large.bin": f"file:{folder}/large.bin"
    }


@pytest.mark.feature("VER-22")
@pytest.mark.parametrize(
    "uri", ["ftp://host/model.onnx", "model.onnx", "redis://host/0", "memory:m"]
)
def test_a_scheme_that_is_not_supported_is_refused_with_those_that_are(uri: str) -> None:
    with pytest.raises(InvalidValueError, match="known: az:, file:, gs:, s3:"):
        Outside().find(uri)


@pytest.mark.feature("VER-22")
def test_a_uri_under_which_nothing_lies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="nothing is there"):
        Outside().find(f"file:{tmp_path}/nowhere/")


@pytest.mark.feature("VER-22")
def test_an_artifact_is_recorded_without_a_copy_under_the_digest_that_a_copy_would_have(
    store: ArtifactStore, folder: Path, tmp_path: Path
) -> None:
    digest = refer(store, folder)
    assert not (tmp_path / "store" / "packs").exists()
    copied = open_store(tmp_path / "other").put_files(
        {
            "large.bin": folder / "large.bin",
            "parts/small.bin": folder / "parts" / "small.bin",
            "empty.bin": folder / "empty.bin",
        }
    )
    assert copied.digest == digest
    stored = store.open(copied.digest)
    assert stored.size_bytes == len(LARGE) + 5
    assert read_everything(store, copied.digest)["large.bin"] == LARGE
    assert bytes(stored.view_entry("large.bin")) == LARGE
    stored.write_to(tmp_path / "out")
    assert (tmp_path / "out" / "large.bin").read_bytes() == LARGE
    store.verify(copied.digest)
    assert refer(store, folder) == digest


def test_the_blobs_of_such_an_artifact_are_the_stores_own(
    store: ArtifactStore, folder: Path
) -> None:
    stored = store.refer(store.outside.find(f"file:{folder}"))
    assert set(stored.blobs) == set(saved_blobs(store.blobs))
    assert store.holds(stored.digest)


@pytest.mark.feature("VER-22")
@pytest.mark.parametrize("change", ["damaged", "grown", "gone"])
def test_an_object_that_changed_is_named_by_its_uri(
    store: ArtifactStore, folder: Path, change: str
) -> None:
    stored = store.refer(store.outside.find(f"file:{folder}"))
    path = folder / "large.bin"
    if change == "damaged":
        damage(path, 1000)
    elif change == "grown":
        path.write_bytes(LARGE + b"more")
    else:
        path.unlink()
    with pytest.raises(IntegrityError, match=f"file:{path}"):
        store.verify(stored.digest)


def test_a_copy_in_another_store_holds_the_bytes(
    store: ArtifactStore, folder: Path, tmp_path: Path
) -> None:
    stored = store.refer(store.outside.find(f"file:{folder}"))
    other = open_store(tmp_path / "other")
    other.copy_from(stored)
    (folder / "large.bin").unlink()
    assert read_everything(other, stored.digest)["large.bin"] == LARGE
    store.copy_from(other.open(stored.digest))
    assert read_everything(store, stored.digest)["large.bin"] == LARGE


def test_nothing_that_is_saved_relies_on_an_object_outside(
    store: ArtifactStore, folder: Path, tmp_path: Path
) -> None:
    digest = store.refer(store.outside.find(f"file:{folder}")).digest
    saved = store.put_files({"again.bin": folder / "large.bin"}, parents=[digest])
    assert len(packs(tmp_path / "store")) == 1
    (folder / "large.bin").unlink()
    store.verify(saved.digest)


def test_repacking_leaves_it_where_it_is(store: ArtifactStore, folder: Path) -> None:
    stored = store.refer(store.outside.find(f"file:{folder}"))
    assert Rewriter(store.blobs).repack(stored.digest).written_bytes == 0
    assert store.open(stored.digest).locations == stored.locations


def test_an_object_that_is_missing_when_it_is_hashed_leaves_nothing(
    store: ArtifactStore, tmp_path: Path
) -> None:
    with pytest.raises(LookupError, match=r"gone\.bin"):
        store.refer({"gone.bin": f"file:{tmp_path}/team/gone.bin"})
    assert list(store.list()) == []
