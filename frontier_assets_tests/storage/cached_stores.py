"""A cached store that counts what it asks of the store behind, for the tests of the cache."""

import random
from pathlib import Path

from typing_extensions import override

from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cache_redis import RedisCache
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.redis_connection import parse_location
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.trees import files

CONTENT = random.Random(1).randbytes(1_000)
HASH_BYTES = 32
BLOCK_BYTES = 1 << 20


class Counted(LocalBlobStore):
    reads = 0

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        self.reads += 1
        return super().read(name, offset=offset, length=length)


def cached(folder: Path, behind: BlobStore, maximum_bytes: int = 1 << 20) -> CachedBlobStore:
    return CachedBlobStore(behind, CacheFolder(folder / "cache", maximum_bytes))


def redis_cache(
    server: str, folder: Path, maximum_bytes: int = 1 << 20, *, ttl_s: int | None = None
) -> RedisCache:
    """Open the cache of a test, which is known by its ``folder``, in a Redis server."""
    address = parse_location(f"//{server}/0?prefix={folder.as_posix().strip('/')}")
    return RedisCache(address, maximum_bytes, ttl_s=ttl_s)


def held_keys(cache: RedisCache) -> list[str]:
    """Return the keys of everything that a cache in Redis holds."""
    found: list[bytes] = cache._connection.ask("KEYS", f"{cache._prefix}:*")
    return sorted(key.decode() for key in found)


def held_bytes(cache: RedisCache) -> int:
    """Return the size of all pieces, as they are and not as they are counted."""
    pieces = [key for key in held_keys(cache) if "-" in key.rpartition(":")[2]]
    return sum(cache._connection.ask("STRLEN", key) for key in pieces)


def kept_bytes(folder: Path) -> int:
    return sum(files(folder / "cache/pieces").values())


def pieces(folder: Path) -> list[Path]:
    return [path for path in (folder / "cache/pieces").rglob("*") if path.is_file()]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def counted(folder: Path) -> Counted:
    """Return a store of ten blobs."""
    blobs = Counted(folder / "store")
    for number in range(10):
        write(blobs, f"packs/{number}", CONTENT)
    return blobs
