from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import ArtifactTooLargeError, InvalidValueError
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets_tests.storage.trees import files, tree


def opened(folder: Path, query: str) -> ArtifactStore:
    return ArtifactStores({"default": f"file:{folder}/store{query}"}, root=None)["default"]


def zeros(count: int) -> Entry:
    return Entry("w", "uint8", (count,), lambda: np.zeros(count, np.uint8).data)


def test_the_backend_reads_what_is_left() -> None:
    url = "s3://bucket/x?endpoint=http://h&compression=none&region=r&maximum_bytes=5"
    rest, options = StoreOptions.taken_from(url)
    assert rest == "s3://bucket/x?endpoint=http://h&region=r"
    assert options == StoreOptions(compress=False, maximum_bytes=5)
    assert StoreOptions.taken_from("file:x?compression=zstd") == ("file:x", StoreOptions(True))
    assert StoreOptions.taken_from("file:x") == ("file:x", StoreOptions())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?compression=gzip", "compression 'gzip' is not valid: expected none or zstd"),
        ("?compression=", "compression '' is not valid"),
        ("?maximum_bytes=5MB", "maximum_bytes '5MB' is not valid: expected a whole number"),
        ("?maximum_bytes=0", "maximum_bytes '0' is not valid"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, query: str, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message.replace("?", r"\?")):
        opened(tmp_path, query)


@pytest.mark.feature("STO-12")
def test_what_compresses_is_stored_smaller_and_loads_equal(tmp_path: Path) -> None:
    array = np.repeat(np.arange(1_000, dtype=np.float32), 1_000)
    entry = Entry("w", "float32", array.shape, lambda: array.data)
    raw = opened(tmp_path / "raw", "?compression=none").put(tree(entry))
    small = opened(tmp_path / "small", "?compression=zstd").put(tree(entry))
    assert small.stored_bytes * 2 < raw.stored_bytes
    assert small.digest == raw.digest
    assert small.read("w") == raw.read("w") == array.tobytes()


@pytest.mark.feature("STO-17")
def test_an_artifact_over_the_limit_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store = opened(tmp_path, f"?maximum_bytes={500 << 20}&compression=zstd")
    with pytest.raises(ArtifactTooLargeError) as caught:
        store.put(tree(zeros(501 << 20)))
    assert (caught.value.size_bytes, caught.value.maximum_bytes) == (501 << 20, 500 << 20)
    assert str(501 << 20) in str(caught.value)
    assert files(tmp_path) == {}
    stored = store.put(tree(zeros(500 << 20)))
    assert stored.size_bytes == 500 << 20


def test_files_over_the_limit_are_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(11))
    with pytest.raises(ArtifactTooLargeError):
        opened(tmp_path, "?maximum_bytes=10").put_files({"f": tmp_path / "f"})
