from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import (
    EncryptionKeyError,
    FrontierAssetsError,
    IntegrityError,
    UnsupportedFormatError,
)
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.encrypted_stores import (
    FIRST,
    SECOND,
    THIRD,
    encrypted,
    key_file,
    stored_files,
)
from frontier_assets_tests.storage.trees import small_tree


@pytest.mark.feature("STO-20")
def test_a_new_current_key_reads_what_was_written_before(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "old", b"before")
    (path,) = stored_files(tmp_path)
    before = path.read_bytes()
    rotated = encrypted(tmp_path, SECOND, FIRST)
    assert bytes(rotated.read("old")) == b"before"
    write(rotated, "new", b"after")
    assert path.read_bytes() == before
    only_new = encrypted(tmp_path, SECOND)
    assert {name: bytes(only_new.read(name)) for name in names(only_new)} == {
        "old": b"before",
        "new": b"after",
    }


@pytest.mark.feature("STO-20")
def test_an_old_key_does_not_open_what_was_written_after_the_rotation(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "old", b"before")
    write(encrypted(tmp_path, SECOND, FIRST), "new", b"after")
    old = encrypted(tmp_path, FIRST)
    assert bytes(old.read("old")) == b"before"
    new_id = key_file(tmp_path, SECOND).current.id.hex()
    with pytest.raises(EncryptionKeyError, match=f"written under key {new_id}.*add the key"):
        old.read("new")


@pytest.mark.feature("STO-20")
def test_a_retired_key_opens_nothing(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "old", b"before")
    encrypted(tmp_path, SECOND, FIRST).retire_others()
    with pytest.raises(EncryptionKeyError, match="it opens with key"):
        encrypted(tmp_path, FIRST).read("old")
    assert bytes(encrypted(tmp_path, SECOND).read("old")) == b"before"
    encrypted(tmp_path, THIRD, SECOND).retire_others()
    assert bytes(encrypted(tmp_path, THIRD).read("old")) == b"before"


@pytest.mark.feature("STO-20")
def test_a_digest_outlives_its_key(tmp_path: Path) -> None:
    stored = ArtifactStore("default", encrypted(tmp_path, FIRST)).put(small_tree())
    encrypted(tmp_path, SECOND, FIRST).retire_others()
    again = ArtifactStore("default", encrypted(tmp_path, SECOND))
    again.verify(stored.digest)
    assert again.put(small_tree()).digest == stored.digest


@pytest.mark.feature("STO-20")
@pytest.mark.parametrize("attempt", ["read", "write", "list", "size", "delete"])
def test_a_wrong_key_is_told_which_key_it_takes(tmp_path: Path, attempt: str) -> None:
    write(encrypted(tmp_path, FIRST), "one", b"x")
    known = key_file(tmp_path, FIRST).current.id.hex()
    wrong = encrypted(tmp_path, SECOND)
    attempts: dict[str, Callable[[], object]] = {
        "read": lambda: wrong.read("one"),
        "write": lambda: write(wrong, "two", b"x"),
        "list": lambda: names(wrong),
        "size": lambda: wrong.size("one"),
        "delete": lambda: wrong.delete("one"),
    }
    with pytest.raises(EncryptionKeyError, match=known) as refused:
        attempts[attempt]()
    assert FIRST not in str(refused.value)
    assert SECOND not in str(refused.value)
    assert len(stored_files(tmp_path)) == 1


def test_a_store_of_unencrypted_blobs_is_not_mixed_with_encrypted_ones(tmp_path: Path) -> None:
    write(LocalBlobStore(tmp_path / "store"), "one", b"x")
    with pytest.raises(EncryptionKeyError, match=r"not encrypted; unset FRONTIER_ENCRYPTION_KEY"):
        write(encrypted(tmp_path, FIRST), "two", b"x")
    with pytest.raises(EncryptionKeyError, match="not encrypted"):
        encrypted(tmp_path, FIRST).read("one")


def test_a_ring_that_another_process_made_meanwhile_is_used(tmp_path: Path) -> None:
    class FilledMeanwhile(LocalBlobStore):
        is_filled = False

        @override
        def list(self, prefix: str = "") -> Iterator[BlobInfo]:
            if not self.is_filled:
                self.is_filled = True
                write(encrypted(tmp_path, FIRST), "one", b"content")
            return super().list(prefix)

    behind = FilledMeanwhile(tmp_path / "store")
    assert bytes(EncryptedBlobStore(behind, key_file(tmp_path, FIRST)).read("one")) == b"content"


@pytest.mark.feature("STO-20")
@pytest.mark.parametrize("at", [0, 9, 15, 25, 40, -1])
def test_a_changed_key_ring_is_found(tmp_path: Path, at: int) -> None:
    write(encrypted(tmp_path, FIRST), "one", b"x")
    path = tmp_path / "store/encryption-keys/first"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(FrontierAssetsError) as found:
        encrypted(tmp_path, FIRST).read("one")
    assert isinstance(found.value, IntegrityError | UnsupportedFormatError | EncryptionKeyError)
