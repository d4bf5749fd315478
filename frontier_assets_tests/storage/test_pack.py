from pathlib import Path

import pytest
from blake3 import blake3

from frontier_assets.errors import IntegrityError, UnsupportedFormatError
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.pack import ALIGNMENT, PackWriter, header, padding
from frontier_assets.storage.pack_reading import PackReader
from frontier_assets.types import Digest
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.trees import flipped

ARTIFACT = Digest("ab" * 32)


def written(folder: Path, *entries: bytes) -> tuple[bytes, list[int]]:
    """Write a pack and return its bytes with the offset of each entry."""
    blobs = LocalBlobStore(folder)
    with blobs.create("packs/aa/one") as blob:
        pack = PackWriter("packs/aa/one", blob)
        places = [pack.append([entry], len(entry)) for entry in entries]
        pack.finish()
        blob.commit()
    data = bytes(blobs.read("packs/aa/one"))
    assert len(data) == pack.size_bytes
    return data, [place.offset for place in places]


def test_entries_lie_at_multiples_of_64_bytes_with_zeros_between(tmp_path: Path) -> None:
    data, offsets = written(tmp_path, b"a" * 5, b"b" * 64, b"c" * 65)
    assert offsets == [64, 128, 192]
    first, last = (b"a" * 5).ljust(64, b"\0"), (b"c" * 65).ljust(128, b"\0")
    assert data == header() + first + b"b" * 64 + last


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 2_000_000])
def test_entries_of_every_size_come_back(tmp_path: Path, size: int) -> None:
    data, offsets = written(tmp_path, b"before", b"x" * size, b"after")
    assert data[offsets[1] : offsets[1] + size] == b"x" * size
    assert data[offsets[2] : offsets[2] + 5] == b"after"
    assert len(data) % ALIGNMENT == 0


def test_many_small_entries_take_few_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    sizes: list[int] = []
    original = os.pwrite

    def counting(descriptor: int, data: memoryview, offset: int) -> int:
        sizes.append(len(data))
        return original(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", counting)
    written(tmp_path, *[b"bias"] * 1_000)
    assert sizes == [64 + 1_000 * 64]


def test_a_header_of_another_version_is_refused_as_such(tmp_path: Path) -> None:
    sealed = (b"frontier-pack\0\0\0" + (2).to_bytes(4, "little")).ljust(32, b"\0")
    blobs = LocalBlobStore(tmp_path)
    write(blobs, "packs/aa/new", sealed + blake3(sealed).digest())
    with pytest.raises(UnsupportedFormatError, match="packs/aa/new has format version 2"):
        PackReader(blobs, ARTIFACT).check_header("packs/aa/new")


@pytest.mark.parametrize("changed", list(flipped(header(), [1])))
def test_every_byte_of_the_header_is_covered(tmp_path: Path, changed: bytes) -> None:
    blobs = LocalBlobStore(tmp_path)
    write(blobs, "packs/aa/bad", changed)
    with pytest.raises(IntegrityError, match="packs/aa/bad, header") as caught:
        PackReader(blobs, ARTIFACT).check_header("packs/aa/bad")
    assert caught.value.artifact == ARTIFACT


def test_a_blob_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    sealed = b"something else".ljust(16, b"\0") + (1).to_bytes(4, "little") + bytes(12)
    blobs = LocalBlobStore(tmp_path)
    write(blobs, "packs/aa/other", sealed + blake3(sealed).digest())
    with pytest.raises(IntegrityError, match="not a pack"):
        PackReader(blobs, ARTIFACT).check_header("packs/aa/other")


def test_padding_fills_up_to_the_next_multiple() -> None:
    assert [padding(length) for length in (0, 1, 63, 64, 65)] == [0, 63, 1, 0, 63]
