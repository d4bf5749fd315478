import hashlib
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3

from frontier_assets.errors import (
    ArtifactNotFoundError,
    IntegrityError,
    InvalidValueError,
    UnsupportedFormatError,
)
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.manifest import ITEM_BYTES
from frontier_assets.types import ArtifactContent, Digest
from frontier_assets_tests.storage.trees import (
    damage,
    files,
    flipped,
    floats,
    manifest,
    open_store,
    packs,
    read_everything,
    small_tree,
    tree,
)


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path)


@pytest.fixture
def digest(store: ArtifactStore) -> Digest:
    return store.put(small_tree()).digest


def test_every_flipped_byte_of_a_pack_is_detected(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    (pack,) = packs(tmp_path)
    for changed in flipped(pack.read_bytes(), [0x01]):
        pack.write_bytes(changed)
        with pytest.raises(IntegrityError, match=f"Artifact {digest}.*{pack.name}"):
            read_everything(store, digest)
        with pytest.raises(IntegrityError, match=f"Artifact {digest}.*{pack.name}"):
            store.verify(digest)


def test_every_flipped_byte_of_a_manifest_is_detected(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    path = manifest(tmp_path, digest)
    for changed in flipped(path.read_bytes(), [0x01]):
        path.write_bytes(changed)
        with pytest.raises(IntegrityError, match=f"Artifact {digest}.*manifests/"):
            store.open(digest)


@pytest.mark.parametrize(
    ("position", "where"),
    [
        (3, "header"),
        (64, "entry 'weight'"),
        (64 + 20, "padding after entry 'weight'"),
        (128, "entry 'full'"),
        (192, "entry 'flag'"),
        (255, "padding after entry 'flag'"),
    ],
)
def test_the_error_says_where_the_damage_is(
    tmp_path: Path, store: ArtifactStore, digest: Digest, position: int, where: str
) -> None:
    damage(packs(tmp_path)[0], position)
    with pytest.raises(IntegrityError, match=where) as caught:
        store.verify(digest)
    assert caught.value.artifact == digest


def test_every_truncation_of_a_pack_is_detected(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    (pack,) = packs(tmp_path)
    data = pack.read_bytes()
    for length in range(len(data)):
        pack.write_bytes(data[:length])
        with pytest.raises(IntegrityError, match=f"Artifact {digest}.*pack"):
            read_everything(store, digest)
        with pytest.raises(IntegrityError, match=f"Artifact {digest}.*pack"):
            store.verify(digest)


def test_bytes_appended_to_a_pack_are_detected(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    (pack,) = packs(tmp_path)
    pack.write_bytes(pack.read_bytes() + bytes(64))
    with pytest.raises(IntegrityError, match="320 bytes instead of 256"):
        store.verify(digest)


def test_a_missing_pack_is_damage_and_not_a_missing_artifact(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    packs(tmp_path)[0].unlink()
    with pytest.raises(IntegrityError, match="the pack is missing"):
        store.verify(digest)
    with pytest.raises(IntegrityError, match="the pack is missing"):
        store.open(digest).read("weight")


def test_a_pack_of_another_version_is_refused_as_such(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    (pack,) = packs(tmp_path)
    data = bytearray(pack.read_bytes())
    data[16] = 9
    data[32:64] = blake3(data[:32]).digest()
    pack.write_bytes(data)
    with pytest.raises(UnsupportedFormatError, match="format version 9"):
        store.open(digest).read("weight")


@pytest.mark.parametrize("dtype", sorted(ITEM_BYTES))
def test_every_dtype_comes_back_bit_for_bit(store: ArtifactStore, dtype: str) -> None:
    content = bytes(range(12 * ITEM_BYTES[dtype]))
    entry = Entry("x", dtype, (3, 4), lambda: content)
    stored = store.open(store.put(tree(entry)).digest)
    (array,) = stored.tensors().values()
    assert stored.read("x") == content
    assert array.tobytes() == content
    assert array.shape[:2] == (3, 4)


def test_dtypes_that_numpy_lacks_come_as_their_bytes(store: ArtifactStore) -> None:
    entries = [
        Entry("half", "bfloat16", (3, 4), lambda: bytes(24)),
        Entry("tiny", "float8_e4m3fn", (2,), lambda: bytes(2)),
    ]
    arrays = store.put(tree(*entries)).tensors()
    assert (arrays["half"].dtype, arrays["half"].shape) == (np.uint8, (3, 4, 2))
    assert (arrays["tiny"].dtype, arrays["tiny"].shape) == (np.uint8, (2, 1))


def test_scalars_and_empty_arrays_keep_their_shape(store: ArtifactStore, digest: Digest) -> None:
    arrays = store.open(digest).tensors(["flag", "nothing"])
    np.testing.assert_array_equal(arrays["flag"], np.array(True), strict=True)
    np.testing.assert_array_equal(arrays["nothing"], np.empty((0, 3), np.int64), strict=True)


def test_named_tensors_are_read_without_the_others(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    (pack,) = packs(tmp_path)
    data = bytearray(pack.read_bytes())
    data[64] ^= 0xFF
    pack.write_bytes(data)
    arrays = store.open(digest).tensors(["full"])
    np.testing.assert_array_equal(arrays["full"], np.arange(16, dtype=np.float32) + 2)


def test_an_unknown_entry_is_refused_with_those_there_are(
    store: ArtifactStore, digest: Digest
) -> None:
    with pytest.raises(ArtifactNotFoundError, match=r"'none' not found.*weight, full, flag"):
        store.open(digest).read("none")


def test_what_was_read_may_be_changed_without_touching_the_store(
    store: ArtifactStore, digest: Digest
) -> None:
    store.open(digest).tensors(["weight"])["weight"][:] = 0
    store.verify(digest)


def test_a_stored_artifact_knows_its_place(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    stored = store.open(digest)
    content: ArtifactContent = stored
    assert content is stored
    assert stored.store == "default"
    assert stored.uri == f"file:{manifest(tmp_path, digest)}"
    assert stored.structure == {"epoch": 3, "rate": 0.1}
    assert stored.members == ("weight", "full", "flag", "nothing", "tied")
    assert (stored.size_bytes, stored.stored_bytes) == (20 + 64 + 1 + 0 + 20, 0)


def test_files_are_written_and_verified(tmp_path: Path, store: ArtifactStore) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"graph")
    stored = store.put_files({"model.onnx": source, "weights/part 1.bin": source})
    paths = store.open(stored.digest).write_to(tmp_path / "out")
    assert paths == [tmp_path / "out/model.onnx", tmp_path / "out/weights/part 1.bin"]
    assert [path.read_bytes() for path in paths] == [b"graph", b"graph"]
    assert stored.entries[0].sha256 == hashlib.sha256(b"graph").hexdigest()


def test_a_damaged_file_is_not_written_and_neither_are_the_others(
    tmp_path: Path, store: ArtifactStore
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 100)
    stored = store.put_files({"a": tmp_path / "a", "b": tmp_path / "b"})
    (pack,) = packs(tmp_path)
    data = bytearray(pack.read_bytes())
    data[64 + 128] ^= 0xFF
    pack.write_bytes(data)
    with pytest.raises(IntegrityError, match="entry 'b'"):
        store.open(stored.digest).write_to(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_state_is_not_written_as_files(
    tmp_path: Path, store: ArtifactStore, digest: Digest
) -> None:
    before = files(tmp_path)
    with pytest.raises(InvalidValueError, match="only files"):
        store.open(digest).write_to(tmp_path / "out")
    assert files(tmp_path) == before


def test_a_large_entry_is_streamed_and_read_alike(tmp_path: Path, store: ArtifactStore) -> None:
    stored = store.put(tree(floats("large", 5_000_001)))
    stored.verify()
    expected = np.arange(5_000_001, dtype=np.float32)
    np.testing.assert_array_equal(stored.tensors()["large"], expected)
