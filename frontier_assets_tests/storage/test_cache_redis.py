"""The cache in Redis, in a real one; `test_cached` has what it shares with the folder."""

import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frontier_assets.storage import cache_redis
from frontier_assets.storage.artifacts import Entry
from frontier_assets.storage.cache_redis import PIECE_BYTES, RedisCache
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets_tests.servers import LOOPBACK, free_port, stop
from frontier_assets_tests.storage.cached_stores import (
    CONTENT,
    HASH_BYTES,
    Counted,
    counted,
    held_bytes,
    held_keys,
    redis_cache,
)
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.redis_server import redis_running
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running
from frontier_assets_tests.storage.trees import tree


@pytest.fixture
def behind(tmp_path: Path) -> Counted:
    return counted(tmp_path)


@pytest.fixture
def cache(redis_server: str, tmp_path: Path) -> RedisCache:
    return redis_cache(redis_server, tmp_path, 100 << 20)


@pytest.fixture
def own_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of this test alone: its address and its process."""
    port = free_port()
    with redis_running(port) as process:
        yield f"{LOOPBACK}:{port}", process


@pytest.fixture
def large(tmp_path: Path) -> tuple[Counted, bytes]:
    """A store with one blob of several pieces, and its content."""
    blobs, content = Counted(tmp_path / "store"), random.Random(2).randbytes(3 * PIECE_BYTES + 5)
    write(blobs, "large", content)
    return blobs, content


@pytest.mark.feature("STO-13")
def test_a_blob_that_was_read_is_read_without_its_server(
    redis_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    prefix = tmp_path.as_posix().strip("/")
    content = random.Random(3).randbytes(5 * PIECE_BYTES)
    with s3_running(free_port()) as endpoint:
        stores = ArtifactStores(
            {"remote": f"s3://{BUCKET}?endpoint={endpoint}"},
            root=None,
            cache_url=f"redis://{redis_server}/0?prefix={prefix}&ttl=600",
        )
        entry = Entry("one", "uint8", (len(content),), lambda: content)
        stored = stores["remote"].open(stores["remote"].put(tree(entry)).digest)
        assert stored.read("one") == content
    assert stored.read("one") == content


def test_ranges_over_several_pieces_are_right(
    cache: RedisCache, large: tuple[Counted, bytes]
) -> None:
    behind, content = large
    blobs = CachedBlobStore(behind, cache)
    blobs.read("large")
    for start, stop_ in ((0, 1), (PIECE_BYTES - 1, PIECE_BYTES + 1), (5, 3 * PIECE_BYTES + 5)):
        assert blobs.read("large", offset=start, length=stop_ - start) == content[start:stop_]
    assert blobs.read("large", offset=2 * PIECE_BYTES) == content[2 * PIECE_BYTES :]
    assert not blobs.read("large").readonly
    assert behind.reads == 1


def test_ranges_that_follow_on_each_other_serve_one_over_both(
    cache: RedisCache, behind: Counted
) -> None:
    blobs = CachedBlobStore(behind, cache)
    blobs.read("packs/0", offset=0, length=400)
    blobs.read("packs/0", offset=300)
    assert blobs.read("packs/0") == CONTENT
    assert blobs.read("packs/0", offset=390, length=20) == CONTENT[390:410]
    assert behind.reads == 2


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove"])
def test_a_damaged_piece_is_removed_and_the_store_asked_again(
    cache: RedisCache, large: tuple[Counted, bytes], damage: str
) -> None:
    behind, content = large
    blobs = CachedBlobStore(behind, cache)
    blobs.read("large")
    (piece,) = (key for key in held_keys(cache) if f":{PIECE_BYTES}-" in key)
    commands = {
        "flip": ("SETRANGE", piece, HASH_BYTES + 7, b"another"),
        "truncate": ("SET", piece, b"short"),
        "remove": ("DEL", piece),
    }
    cache._connection.ask(*commands[damage])
    assert blobs.read("large") == content
    assert blobs.read("large") == content
    assert behind.reads == 2
    assert cache._connection.ask("GET", f"{cache._prefix}:total") == b"%d" % held_bytes(cache)


@pytest.mark.feature("STO-14")
def test_what_nobody_uses_for_its_time_to_live_is_gone(
    redis_server: str, tmp_path: Path, behind: Counted
) -> None:
    cache = redis_cache(redis_server, tmp_path, ttl_s=1)
    CachedBlobStore(behind, cache).read("packs/0")
    lives = [cache._connection.ask("PTTL", key) for key in held_keys(cache)]
    assert len(lives) == 4
    assert all(0 < life <= 1_000 for life in lives)
    while held_keys(cache):
        pass
    CachedBlobStore(behind, cache).read("packs/0")
    assert behind.reads == 2


def test_a_use_begins_the_time_to_live_anew(
    redis_server: str, tmp_path: Path, behind: Counted
) -> None:
    cache = redis_cache(redis_server, tmp_path, ttl_s=600)
    blobs = CachedBlobStore(behind, cache)
    blobs.read("packs/0")
    (piece,) = (key for key in held_keys(cache) if key.endswith(".last"))
    cache._connection.ask("PEXPIRE", piece, 100_000)
    blobs.read("packs/0")
    assert cache._connection.ask("PTTL", piece) > 100_000


def test_what_ran_out_is_counted_no_more(
    redis_server: str, tmp_path: Path, behind: Counted
) -> None:
    cache = redis_cache(redis_server, tmp_path, ttl_s=600)
    blobs = CachedBlobStore(behind, cache)
    blobs.read("packs/0")
    blobs.read("packs/1")
    used, total = f"{cache._prefix}:used", f"{cache._prefix}:total"
    (first,) = cache._connection.ask("ZRANGE", used, 0, 0)
    cache._connection.ask("ZADD", used, 1, first)  # long ago
    blobs.read("packs/2")
    size_bytes = 2 * (len(CONTENT) + HASH_BYTES)
    assert held_bytes(cache) == size_bytes
    assert cache._connection.ask("GET", total) == b"%d" % size_bytes


def test_without_a_time_to_live_nothing_runs_out(cache: RedisCache, behind: Counted) -> None:
    CachedBlobStore(behind, cache).read("packs/0")
    assert {cache._connection.ask("PTTL", key) for key in held_keys(cache)} == {-1}


@pytest.mark.feature("STO-14")
def test_a_server_that_stops_is_bypassed_with_one_warning(
    own_server: tuple[str, subprocess.Popen[bytes]],
    tmp_path: Path,
    behind: Counted,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server, process = own_server
    blobs = CachedBlobStore(behind, redis_cache(server, tmp_path))
    blobs.read("packs/0")
    stop(process)
    assert [bytes(blobs.read(f"packs/{number}")) for number in (0, 0, 1)] == [CONTENT] * 3
    blobs.delete("packs/1")
    assert behind.reads == 4
    (record,) = caplog.records
    assert record.message.startswith(f"Cache redis://{server}/0")
    assert "is bypassed" in record.message


def test_a_server_that_comes_back_is_used_again(
    tmp_path: Path, behind: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_redis, "_PAUSE_S", 0.0)
    port = free_port()
    blobs = CachedBlobStore(behind, redis_cache(f"{LOOPBACK}:{port}", tmp_path))
    blobs.read("packs/0")
    with redis_running(port):
        assert blobs.read("packs/0") == blobs.read("packs/0") == CONTENT
    assert behind.reads == 2


def test_a_server_whose_memory_is_full_is_bypassed(
    own_server: tuple[str, subprocess.Popen[bytes]],
    tmp_path: Path,
    behind: Counted,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cache = redis_cache(own_server[0], tmp_path)
    cache._connection.ask("CONFIG", "SET", "maxmemory", "1")
    blobs = CachedBlobStore(behind, cache)
    assert blobs.read("packs/0") == blobs.read("packs/0") == CONTENT
    assert len(caplog.records) == 1


def test_threads_and_connections_share_it_within_its_bound(
    redis_server: str, tmp_path: Path, behind: Counted
) -> None:
    maximum_bytes = 4 * (len(CONTENT) + HASH_BYTES)

    def read_many(seed: int) -> bool:
        cache = redis_cache(redis_server, tmp_path, maximum_bytes)
        blobs, chosen, right = CachedBlobStore(behind, cache), random.Random(seed), True
        for _ in range(200):
            offset, length = chosen.randrange(900), chosen.randrange(1, 1_100)
            found = blobs.read(f"packs/{chosen.randrange(10)}", offset=offset, length=length)
            right = right and found == CONTENT[offset : offset + length]
        return right

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read_many, range(4))) == [True] * 4
    cache = redis_cache(redis_server, tmp_path)
    held = held_bytes(cache)
    assert 0 < held <= maximum_bytes
    assert cache._connection.ask("GET", f"{cache._prefix}:total") == b"%d" % held
