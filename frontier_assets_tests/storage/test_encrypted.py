import base64
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from frontier_assets.errors import (
    BlobNotFoundError,
    EncryptionKeyError,
    FrontierAssetsError,
    IntegrityError,
    SettingsError,
    UnsupportedFormatError,
)
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.key_file import KeyFile
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.memory import MemoryBlobStore
from frontier_assets.storage.sealing import (
    FRAME_BYTES,
    HEADER_BYTES,
    STORED_FRAME_BYTES,
    plain_size,
    stored_size,
)
from frontier_assets_tests.storage.contract import BlobStoreContract, names, write
from frontier_assets_tests.storage.trees import small_tree

FIRST, SECOND, THIRD = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
# Around the borders of frames and of the 32 frames that are fetched at once.
SIZES = (0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 7)
CONTENT = random.Random(1).randbytes(34 * FRAME_BYTES)


def key_file(folder: Path, *keys: str) -> KeyFile:
    path = folder / "keys"
    path.write_text("\n".join(["# current first", *keys, ""]))
    return KeyFile.read(path)


def encrypted(folder: Path, *keys: str) -> EncryptedBlobStore:
    return EncryptedBlobStore(LocalBlobStore(folder / "store"), key_file(folder, *keys))


def stored_files(folder: Path) -> list[Path]:
    found = (path for path in (folder / "store").rglob("*") if path.is_file())
    return sorted(path for path in found if path.parent.name != "encryption-keys")


class TestEncryptedBlobStore(BlobStoreContract):
    scheme = "file"

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return encrypted(folder, FIRST)


class TestEncryptedBlobStoreInMemory(BlobStoreContract):
    scheme = "memory"

    @pytest.fixture(autouse=True)
    def backend(self) -> None:
        self.blobs_behind = MemoryBlobStore(f"encrypted-{os.urandom(8).hex()}")

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return EncryptedBlobStore(self.blobs_behind, key_file(folder, FIRST))


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


@pytest.mark.parametrize("size", [*SIZES, 32 * FRAME_BYTES, 34 * FRAME_BYTES])
def test_every_size_comes_back(tmp_path: Path, size: int) -> None:
    blobs = encrypted(tmp_path, FIRST)
    write(blobs, "one", CONTENT[:size], size_hint=size)
    assert blobs.read("one") == CONTENT[:size]
    assert blobs.size("one") == size
    (path,) = stored_files(tmp_path)
    assert path.stat().st_size == stored_size(size)
    assert plain_size(stored_size(size)) == size


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> EncryptedBlobStore:
    blobs = encrypted(tmp_path_factory.mktemp("ranges"), FIRST)
    for size in (*SIZES, len(CONTENT)):
        write(blobs, f"sized-{size}", CONTENT[:size])
    return blobs


near_borders = st.builds(
    lambda frame, offset: max(0, frame * FRAME_BYTES + offset),
    st.integers(0, 35),
    st.integers(-2, 2) | st.integers(-FRAME_BYTES, FRAME_BYTES),
)


@settings(max_examples=150, deadline=None)
@given(
    size=st.sampled_from([*SIZES, len(CONTENT)]),
    offset=near_borders,
    length=st.none() | near_borders,
)
def test_any_range_is_the_range_of_the_content(
    whole: EncryptedBlobStore, size: int, offset: int, length: int | None
) -> None:
    expected = CONTENT[:size][offset : None if length is None else offset + length]
    assert whole.read(f"sized-{size}", offset=offset, length=length) == expected


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.sampled_from([0, 1, 70, FRAME_BYTES - 1, FRAME_BYTES, 2_500_000])))
def test_how_the_content_was_cut_into_writes_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[int]
) -> None:
    blobs = encrypted(tmp_path_factory.mktemp("pieces"), FIRST)
    content = (CONTENT * 2)[: sum(pieces)]
    starts = [sum(pieces[:count]) for count in range(len(pieces))]
    cut = [content[at : at + size] for at, size in zip(starts, pieces, strict=True)]
    write(blobs, "one", *cut)
    assert blobs.read("one") == content


class CountsBytes(LocalBlobStore):
    read_bytes = 0

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        data = super().read(name, offset=offset, length=length)
        self.read_bytes += len(data)
        return data


def test_a_range_fetches_its_own_frames_only(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "one", CONTENT)
    behind = CountsBytes(tmp_path / "store")
    blobs = EncryptedBlobStore(behind, key_file(tmp_path, FIRST))
    blobs.read("one", offset=7 * FRAME_BYTES + 5, length=FRAME_BYTES)
    assert 2 * STORED_FRAME_BYTES < behind.read_bytes < 2 * STORED_FRAME_BYTES + 3_000


def damaged(folder: Path, change: Callable[[bytearray], object]) -> EncryptedBlobStore:
    """Change the only stored blob and open its store anew."""
    (path,) = stored_files(folder)
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return encrypted(folder, FIRST)


FLIPPED = CONTENT[: 2 * FRAME_BYTES + 100]


@pytest.fixture(scope="module")
def flipping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flips")
    write(encrypted(folder, FIRST), "one", FLIPPED)
    return folder


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, HEADER_BYTES - 1) | st.integers(0, stored_size(len(FLIPPED)) - 1),
    bit=st.integers(0, 7),
)
def test_every_flipped_bit_is_found(flipping: Path, at: int, bit: int) -> None:
    (path,) = stored_files(flipping)
    original = path.read_bytes()

    def flip(data: bytearray) -> None:
        data[at] ^= 1 << bit

    try:
        blobs = damaged(flipping, flip)
        with pytest.raises(IntegrityError, match=r"blob one|blob blobs/"):
            blobs.read("one")
    finally:
        path.write_bytes(original)


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(0, stored_size(len(FLIPPED)) - 1)
    | st.sampled_from(
        [HEADER_BYTES + STORED_FRAME_BYTES, HEADER_BYTES + 2 * STORED_FRAME_BYTES, HEADER_BYTES]
    )
)
def test_every_truncation_is_found(flipping: Path, size: int) -> None:
    (path,) = stored_files(flipping)
    original = path.read_bytes()
    try:
        path.write_bytes(original[:size])
        blobs = encrypted(flipping, FIRST)
        for offset in (0, len(FLIPPED) - 1, len(FLIPPED) + FRAME_BYTES):
            with pytest.raises(IntegrityError):
                blobs.read("one", offset=offset, length=len(FLIPPED))
    finally:
        path.write_bytes(original)


def _swap_frames(data: bytearray) -> None:
    first = slice(HEADER_BYTES, HEADER_BYTES + STORED_FRAME_BYTES)
    second = slice(first.stop, first.stop + STORED_FRAME_BYTES)
    data[first], data[second] = data[second], data[first]


def _repeat_frame(data: bytearray) -> None:
    end = HEADER_BYTES + STORED_FRAME_BYTES
    data[end:end] = data[HEADER_BYTES:end]


def _leave_out_frame(data: bytearray) -> None:
    del data[HEADER_BYTES : HEADER_BYTES + STORED_FRAME_BYTES]


def _append_byte(data: bytearray) -> None:
    data += b"x"


def _append_frame(data: bytearray) -> None:
    data += bytes(100)


@pytest.mark.parametrize(
    "change", [_swap_frames, _repeat_frame, _leave_out_frame, _append_byte, _append_frame]
)
def test_frames_cannot_be_moved_repeated_left_out_or_added(
    tmp_path: Path, change: Callable[[bytearray], object]
) -> None:
    write(encrypted(tmp_path, FIRST), "one", FLIPPED)
    with pytest.raises(IntegrityError, match="blob one"):
        damaged(tmp_path, change).read("one")


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


def test_a_newer_format_is_refused_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("frontier_assets.storage.sealing.FORMAT_VERSION", 2)
        write(encrypted(tmp_path, FIRST), "one", b"x")
    with pytest.raises(UnsupportedFormatError, match="format version 2"):
        encrypted(tmp_path, FIRST).read("one")


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


def test_an_old_key_does_not_open_what_was_written_after_the_rotation(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "old", b"before")
    write(encrypted(tmp_path, SECOND, FIRST), "new", b"after")
    old = encrypted(tmp_path, FIRST)
    assert bytes(old.read("old")) == b"before"
    new_id = key_file(tmp_path, SECOND).current.id.hex()
    with pytest.raises(EncryptionKeyError, match=f"written under key {new_id}.*add the key"):
        old.read("new")


def test_a_retired_key_opens_nothing(tmp_path: Path) -> None:
    write(encrypted(tmp_path, FIRST), "old", b"before")
    encrypted(tmp_path, SECOND, FIRST).retire_others()
    with pytest.raises(EncryptionKeyError, match="it opens with key"):
        encrypted(tmp_path, FIRST).read("old")
    assert bytes(encrypted(tmp_path, SECOND).read("old")) == b"before"
    encrypted(tmp_path, THIRD, SECOND).retire_others()
    assert bytes(encrypted(tmp_path, THIRD).read("old")) == b"before"


def test_a_digest_outlives_its_key(tmp_path: Path) -> None:
    stored = ArtifactStore("default", encrypted(tmp_path, FIRST)).put(small_tree())
    encrypted(tmp_path, SECOND, FIRST).retire_others()
    again = ArtifactStore("default", encrypted(tmp_path, SECOND))
    again.verify(stored.digest)
    assert again.put(small_tree()).digest == stored.digest


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


def test_an_empty_store_reads_as_empty_and_gets_no_ring(tmp_path: Path) -> None:
    blobs = encrypted(tmp_path, FIRST)
    with pytest.raises(BlobNotFoundError):
        blobs.read("one")
    blobs.delete("one")
    assert names(blobs) == set()
    assert not (tmp_path / "store").exists()


def test_keys_are_read_in_both_spellings(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"\n# a comment\n  {FIRST}  \n{'02' * 32}\n")
    keys = KeyFile.read(tmp_path / "keys").keys
    assert [key.secret for key in keys] == [b"\1" * 32, b"\2" * 32]
    assert "secret" not in repr(keys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no key; `openssl rand -base64 32` makes one"),
        ("# only this", "holds no key"),
        (f"{FIRST}\nc2hvcnQ=", "line 2 of .* is not a key"),
        ("0" * 63, "line 1 of .* is not a key"),
        ("é" * 44, "line 1 of .* is not a key"),
    ],
)
def test_what_is_no_key_is_refused_without_being_shown(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "keys").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=f"FRONTIER_ENCRYPTION_KEY_FILE: .*{message}") as caught:
        KeyFile.read(tmp_path / "keys")
    assert "c2hvcnQ" not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none cannot be read: No such file.*restore it"):
        KeyFile.read(tmp_path / "none")
