from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.errors import IntegrityError, UnsupportedFormatError
from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.sealing import (
    FRAME_BYTES,
    HEADER_BYTES,
    STORED_FRAME_BYTES,
    stored_size,
)
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.encrypted_stores import CONTENT, FIRST, encrypted, stored_files

FLIPPED = CONTENT[: 2 * FRAME_BYTES + 100]


def damaged(folder: Path, change: Callable[[bytearray], object]) -> EncryptedBlobStore:
    """Change the only stored blob and open its store anew."""
    (path,) = stored_files(folder)
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return encrypted(folder, FIRST)


@pytest.fixture(scope="module")
def flipping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flips")
    write(encrypted(folder, FIRST), "one", FLIPPED)
    return folder


@pytest.mark.feature("STO-20")
@settings(max_examples=150)
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


@pytest.mark.feature("STO-20")
@settings(max_examples=60)
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


def test_a_newer_format_is_refused_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("frontier_assets.storage.sealing.FORMAT_VERSION", 2)
        write(encrypted(tmp_path, FIRST), "one", b"x")
    with pytest.raises(UnsupportedFormatError, match="format version 2"):
        encrypted(tmp_path, FIRST).read("one")
