import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from frontier_assets.storage.local import LocalBlobStore
from frontier_assets_tests.storage.cached_stores import (
    BLOCK_BYTES,
    CONTENT,
    HASH_BYTES,
    Counted,
    cached,
    counted,
    flip,
    kept_bytes,
    pieces,
)
from frontier_assets_tests.storage.contract import write


@pytest.fixture
def behind(tmp_path: Path) -> Counted:
    return counted(tmp_path)


@pytest.mark.parametrize("size", [0, 999, 1_001])
def test_a_torn_file_is_not_served(tmp_path: Path, behind: Counted, size: int) -> None:
    blobs = cached(tmp_path, behind)
    blobs.read("packs/0")
    (piece,) = (path for path in (tmp_path / "cache/pieces").rglob("*") if path.is_file())
    os.truncate(piece, size)
    assert blobs.read("packs/0") == CONTENT
    assert blobs.read("packs/0") == CONTENT
    assert behind.reads == 2


@pytest.mark.parametrize("at", [0, 500, 999, 1_000, 1_000 + HASH_BYTES - 1])
def test_a_damaged_piece_is_removed_and_the_store_asked_again(
    tmp_path: Path, behind: Counted, at: int
) -> None:
    blobs = cached(tmp_path, behind)
    for number in range(10):
        blobs.read(f"packs/{number}")
    for piece in pieces(tmp_path):
        flip(piece, at)
    for number in range(10):
        assert blobs.read(f"packs/{number}", offset=3, length=990) == CONTENT[3:993]
    assert behind.reads == 20
    assert {path.name for path in pieces(tmp_path)} == {"3-993"}


def test_a_range_within_a_large_piece_is_right_and_its_own_damage_found(tmp_path: Path) -> None:
    content = random.Random(2).randbytes(3 * BLOCK_BYTES + 5)
    behind = Counted(tmp_path / "store")
    write(behind, "large", content)
    blobs = cached(tmp_path, behind, 10 << 20)
    blobs.read("large")
    for start, stop in ((0, 1), (BLOCK_BYTES - 1, BLOCK_BYTES + 1), (5, 3 * BLOCK_BYTES + 5)):
        assert blobs.read("large", offset=start, length=stop - start) == content[start:stop]
    assert behind.reads == 1
    (piece,) = pieces(tmp_path)
    flip(piece, 2 * BLOCK_BYTES)
    assert (
        blobs.read("large", offset=2 * BLOCK_BYTES + 9, length=1)
        == content[2 * BLOCK_BYTES + 9 :][:1]
    )
    assert behind.reads == 2


def test_what_killed_writers_left_is_counted_and_removed(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind, 2_500)
    blobs.read("packs/0")
    (tmp_path / "cache/incoming").write_bytes(bytes(5_000))
    (tmp_path / "cache/total_bytes").write_bytes(b"")
    blobs.read("packs/1")
    assert not (tmp_path / "cache/incoming").exists()
    assert kept_bytes(tmp_path) == 2 * (1_000 + HASH_BYTES)


def test_a_folder_that_cannot_be_written_spares_the_reader(
    tmp_path: Path, behind: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    blobs = cached(tmp_path, behind)
    assert blobs.read("packs/0") == blobs.read("packs/0") == CONTENT
    assert [record.message.split(":")[0] for record in caplog.records] == [
        f"Cache {tmp_path}/cache keeps nothing"
    ]


def _read_many(folder: Path, seed: int) -> bool:
    blobs = cached(folder, LocalBlobStore(folder / "store"), 4_200)
    chosen = random.Random(seed)
    right = True
    for _ in range(300):
        offset, length = chosen.randrange(900), chosen.randrange(1, 1_100)
        found = blobs.read(f"packs/{chosen.randrange(10)}", offset=offset, length=length)
        right = right and found == CONTENT[offset : offset + length]
        with FileLock(folder / "cache/lock"):
            right = right and kept_bytes(folder) <= 4_200
    return right


def test_processes_share_a_folder_within_its_bound(tmp_path: Path, behind: Counted) -> None:
    # A `Pool` would end them by SIGTERM, which they ignore where whoever started the tests did.
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert list(processes.map(_read_many, [tmp_path] * 3, range(3))) == [True] * 3
