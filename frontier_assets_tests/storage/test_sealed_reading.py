from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from frontier_assets.storage.encrypted import EncryptedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.sealing import (
    FRAME_BYTES,
    STORED_FRAME_BYTES,
    plain_size,
    stored_size,
)
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.encrypted_stores import (
    CONTENT,
    FIRST,
    SIZES,
    encrypted,
    key_file,
    stored_files,
)


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


@settings(max_examples=150)
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
