from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import BlobNotFoundError, EncryptionKeyError, IntegrityError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.sealing import FRAME_BYTES, HEADER_BYTES
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.damage_contract import DamageContract
from frontier_assets_tests.storage.encrypted_stores import (
    FIRST,
    SECOND,
    encrypted,
    key_file,
    stored_files,
)
from frontier_assets_tests.storage.wrapper_contract import OverFolderContract, OverMemoryContract


class TestEncryptedBlobStore(OverFolderContract, DamageContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return EncryptedBlobStore(behind, key_file(folder, FIRST))

    @override
    def behind(self, blobs: BlobStore, name: str) -> tuple[BlobStore, str]:
        assert isinstance(blobs, EncryptedBlobStore)
        return blobs._blobs, blobs._stored_name(name)


class TestEncryptedBlobStoreInMemory(OverMemoryContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return EncryptedBlobStore(behind, key_file(folder, FIRST))


@pytest.mark.feature("STO-20")
def test_neither_content_nor_names_are_readable(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "packs/ab/customer-names", b"plaintext marker" * 100)
    for path in (tmp_path / "store").rglob("*"):
        assert "customer" not in str(path)
        if path.is_file():
            assert b"plaintext marker" not in path.read_bytes()
            assert b"customer" not in path.read_bytes()


def test_equal_contents_are_stored_as_different_bytes(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    for name in ("a", "b"):
        write(blobs, name, b"x" * 100)
    one, other = (path.read_bytes()[HEADER_BYTES:] for path in stored_files(tmp_path))
    assert one != other


def test_two_blobs_cannot_be_exchanged(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    for name in ("a", "b"):
        write(blobs, name, b"content of " + name.encode())
    one, other = stored_files(tmp_path)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    with pytest.raises(IntegrityError, match=r"blob a .*another blob lies under its name"):
        encrypted(tmp_path, FIRST).read("a")
    with pytest.raises(IntegrityError, match="under another name"):
        names(encrypted(tmp_path, FIRST))


def test_frames_of_one_blob_are_not_taken_for_those_of_another(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    write(blobs, "a", b"one content")
    (own,) = stored_files(tmp_path)
    write(blobs, "b", b"its content")
    (other,) = (path for path in stored_files(tmp_path) if path != own)
    own.write_bytes(own.read_bytes()[:HEADER_BYTES] + other.read_bytes()[HEADER_BYTES:])
    with pytest.raises(IntegrityError, match="blob a"):
        encrypted(tmp_path, FIRST).read("a")


def test_a_blob_that_was_written_anew_elsewhere_is_read(tmp_path: Path) -> None:
    blobs, elsewhere = encrypted(tmp_path, FIRST), encrypted(tmp_path, FIRST)
    write(blobs, "one", b"before")
    assert bytes(blobs.read("one")) == b"before"
    elsewhere.delete("one")
    write(elsewhere, "one", b"after")
    assert bytes(blobs.read("one")) == b"after"


def test_an_empty_store_reads_as_empty_and_gets_no_ring(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    with pytest.raises(BlobNotFoundError):
        blobs.read("one")
    blobs.delete("one")
    assert names(blobs) == set()
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("at", [0, HEADER_BYTES + 3])
def test_the_source_shows_damage_that_what_is_nearby_hides(tmp_path: Path, at: int) -> None:
    cache = CachedBlobStore(LocalBlobStore(tmp_path / "store"), CacheFolder(tmp_path / "c", 10_000))
    blobs = EncryptedBlobStore(cache, key_file(tmp_path, FIRST))
    write(blobs, "one", b"content")
    assert bytes(blobs.read("one")) == bytes(blobs.source.read("one")) == b"content"
    (path,) = stored_files(tmp_path)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert bytes(blobs.read("one")) == b"content"
    with pytest.raises(IntegrityError):
        blobs.source.read("one")


def test_a_replaced_blob_is_sealed_anew_under_its_stored_name(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    write(blobs, "one", b"plaintext marker")
    (path,) = stored_files(tmp_path)
    before = path.read_bytes()
    blobs.replace("one", b"plaintext marker", expected=b"plaintext marker")
    assert stored_files(tmp_path) == [path]
    assert path.read_bytes()[:HEADER_BYTES] != before[:HEADER_BYTES]
    assert path.read_bytes()[HEADER_BYTES:] != before[HEADER_BYTES:]
    assert b"plaintext" not in path.read_bytes()


@pytest.mark.parametrize("size", [1, 5, FRAME_BYTES, 2 * FRAME_BYTES + 1])
def test_a_reader_elsewhere_finds_the_new_keys_of_a_replaced_blob(
    tmp_path: Path, size: int
) -> None:
    blobs, elsewhere = encrypted(tmp_path, FIRST), encrypted(tmp_path, FIRST)
    write(blobs, "one", b"before")
    assert bytes(elsewhere.read("one")) == b"before"
    blobs.replace("one", b"x" * size, expected=b"before")
    assert bytes(elsewhere.read("one", offset=1)) == b"x" * (size - 1)
    elsewhere.replace("one", b"after", expected=b"x" * size)
    assert bytes(blobs.read("one")) == b"after"


def test_a_replacement_is_sealed_under_the_current_key(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "one", b"before")
    encrypted(tmp_path, SECOND, FIRST).replace("one", b"after", expected=b"before")
    assert bytes(encrypted(tmp_path, SECOND).read("one")) == b"after"
    with pytest.raises(EncryptionKeyError, match="written under key"):
        encrypted(tmp_path, FIRST).read("one")


def test_a_damaged_blob_is_not_replaced(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "one", b"before")
    (path,) = stored_files(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IntegrityError, match="blob one"):
        encrypted(tmp_path, FIRST).replace("one", b"after", expected=b"before")
