from pathlib import Path

import pytest

from frontier_assets.errors import BlobNotFoundError
from frontier_assets.storage.windows import Windows
from frontier_assets_tests.storage.cached_stores import Counted
from frontier_assets_tests.storage.contract import write

CONTENT = bytes(range(256)) * 12_000  # three windows


@pytest.fixture
def blobs(tmp_path: Path) -> Counted:
    blobs = Counted(tmp_path)
    write(blobs, "packs/one", CONTENT)
    return blobs


def test_neighbouring_small_reads_are_one_request(blobs: Counted) -> None:
    windows = Windows(blobs)
    for offset in range(0, 1 << 20, 4_096):
        assert bytes(windows.read("packs/one", offset, 4_096)) == CONTENT[offset:][:4_096]
    assert blobs.reads == 1


def test_a_large_read_is_a_request_of_its_own(blobs: Counted) -> None:
    windows = Windows(blobs)
    assert bytes(windows.read("packs/one", 10, 300_000)) == CONTENT[10:300_010]
    assert bytes(windows.read("packs/one", 20, 10)) == CONTENT[20:30]
    assert blobs.reads == 2


def test_a_read_across_two_windows_is_whole(blobs: Counted) -> None:
    start = (1 << 20) - 100
    assert bytes(Windows(blobs).read("packs/one", start, 200)) == CONTENT[start:][:200]


def test_a_read_beyond_the_end_is_shorter(blobs: Counted) -> None:
    assert bytes(Windows(blobs).read("packs/one", len(CONTENT) - 5, 20)) == CONTENT[-5:]
    assert bytes(Windows(blobs).read("packs/one", len(CONTENT) + 5, 20)) == b""


def test_what_is_returned_belongs_to_the_caller(blobs: Counted) -> None:
    windows = Windows(blobs)
    windows.read("packs/one", 0, 10)[:] = bytes(10)
    assert bytes(windows.read("packs/one", 0, 10)) == CONTENT[:10]


def test_few_windows_are_kept(blobs: Counted) -> None:
    for number in range(8):
        write(blobs, f"packs/more{number}", CONTENT)
    windows = Windows(blobs)
    for _ in range(2):
        for number in range(8):
            windows.read(f"packs/more{number}", 0, 10)
    assert blobs.reads == 16


def test_a_missing_blob_is_named(blobs: Counted) -> None:
    with pytest.raises(BlobNotFoundError, match="packs/none"):
        Windows(blobs).read("packs/none", 0, 10)
