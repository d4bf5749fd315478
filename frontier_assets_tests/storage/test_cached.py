from abc import abstractmethod
from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import BlobChangedError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache import Cache
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.retrying import RetryingBlobStore
from frontier_assets_tests.storage.cached_stores import (
    CONTENT,
    HASH_BYTES,
    Counted,
    counted,
    flip,
    held_bytes,
    kept_bytes,
    redis_cache,
)
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.wrapper_contract import OverFolderContract, OverMemoryContract


class TestCachedBlobStore(OverFolderContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return CachedBlobStore(behind, CacheFolder(folder / "cache", 5 << 20), prefix="packs/")


class TestCachedBlobStoreInMemory(OverMemoryContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return CachedBlobStore(behind, CacheFolder(folder / "cache", 5 << 20), prefix="packs/")


class TestCachedBlobStoreInRedis(OverFolderContract):
    @pytest.fixture(autouse=True)
    def _server(self, redis_server: str) -> None:
        self.server = redis_server

    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return CachedBlobStore(behind, redis_cache(self.server, folder, 5 << 20), prefix="packs/")


class Caches:
    """Opens one kind of cache, the same one every time."""

    def cached(
        self, behind: BlobStore, maximum_bytes: int = 1 << 20, *, prefix: str = ""
    ) -> CachedBlobStore:
        return CachedBlobStore(behind, self.opened(maximum_bytes), prefix=prefix)

    @abstractmethod
    def opened(self, maximum_bytes: int) -> Cache: ...

    @abstractmethod
    def kept_bytes(self) -> int: ...


class Folder(Caches):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @override
    def opened(self, maximum_bytes: int) -> Cache:
        return CacheFolder(self.folder / "cache", maximum_bytes)

    @override
    def kept_bytes(self) -> int:
        return kept_bytes(self.folder)


class Redis(Caches):
    def __init__(self, server: str, folder: Path) -> None:
        self.server, self.folder = server, folder

    @override
    def opened(self, maximum_bytes: int) -> Cache:
        return redis_cache(self.server, self.folder, maximum_bytes)

    @override
    def kept_bytes(self) -> int:
        return held_bytes(redis_cache(self.server, self.folder, 1))


@pytest.fixture(params=["folder", "redis"])
def caches(request: pytest.FixtureRequest, tmp_path: Path) -> Caches:
    if request.param == "folder":
        return Folder(tmp_path)
    return Redis(request.getfixturevalue("redis_server"), tmp_path)


@pytest.fixture
def behind(tmp_path: Path) -> Counted:
    return counted(tmp_path)


@pytest.mark.feature("STO-13")
def test_a_second_read_asks_the_store_no_more(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind)
    assert blobs.read("packs/0") == blobs.read("packs/0") == CONTENT
    assert caches.cached(behind).read("packs/0") == CONTENT
    assert behind.reads == 1


@pytest.mark.parametrize(
    ("offset", "length"), [(0, None), (0, 10), (990, 100), (5, None), (1_000, 1), (2_000, 1)]
)
def test_ranges_are_served_from_a_blob_that_is_there(
    caches: Caches, behind: Counted, offset: int, length: int | None
) -> None:
    blobs = caches.cached(behind)
    blobs.read("packs/0")
    end = None if length is None else offset + length
    assert blobs.read("packs/0", offset=offset, length=length) == CONTENT[offset:end]
    assert behind.reads == 1


def test_a_range_is_kept_alone_and_serves_what_lies_in_it(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind)
    assert blobs.read("packs/0", offset=100, length=200) == CONTENT[100:300]
    assert blobs.read("packs/0", offset=100, length=200) == CONTENT[100:300]
    assert blobs.read("packs/0", offset=150, length=50) == CONTENT[150:200]
    assert (behind.reads, caches.kept_bytes()) == (1, 200 + HASH_BYTES)
    assert blobs.read("packs/0", offset=150, length=151) == CONTENT[150:301]
    assert blobs.read("packs/0", offset=50) == CONTENT[50:]
    assert behind.reads == 3


def test_what_was_used_longest_ago_goes_first(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind, 3_500)
    for number in (0, 1, 2, 0, 3):  # the fourth blob does not fit beside the others
        blobs.read(f"packs/{number}")
    assert behind.reads == 4
    blobs.read("packs/0")
    blobs.read("packs/3")
    assert behind.reads == 4
    blobs.read("packs/1")
    assert behind.reads == 5
    assert caches.kept_bytes() <= 3_500


def test_a_blob_above_the_bound_is_read_and_not_kept(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind, 999)
    assert blobs.read("packs/0") == CONTENT
    assert caches.kept_bytes() == 0


def test_only_blobs_of_the_prefix_are_kept(caches: Caches, behind: Counted) -> None:
    write(behind, "manifests/1", b"x")
    blobs = caches.cached(behind, prefix="packs/")
    for name in ("manifests/1", "manifests/1", "packs/1", "packs/1"):
        blobs.read(name)
    assert behind.reads == 3


def test_two_stores_share_a_cache_without_mixing(
    tmp_path: Path, caches: Caches, behind: Counted
) -> None:
    other = LocalBlobStore(tmp_path / "other")
    write(other, "packs/0", b"other")
    assert caches.cached(behind).read("packs/0") == CONTENT
    assert bytes(caches.cached(other).read("packs/0")) == b"other"


def test_what_is_replaced_is_forgotten(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind)
    blobs.read("packs/0")
    blobs.replace("packs/0", b"new", expected=CONTENT)
    assert bytes(blobs.read("packs/0")) == b"new"
    behind.replace("packs/0", b"newer", expected=b"new")
    with pytest.raises(BlobChangedError):
        blobs.replace("packs/0", b"newest", expected=b"new")
    assert bytes(blobs.read("packs/0")) == b"newer"


def test_the_source_is_the_store_behind(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind)
    assert blobs.read("packs/0") == CONTENT
    flip(behind.root / "packs/0", 7)
    assert blobs.read("packs/0") == CONTENT
    assert blobs.source.read("packs/0") != CONTENT
    assert RetryingBlobStore(blobs).source.read("packs/0") != CONTENT


def test_what_is_deleted_is_forgotten(caches: Caches, behind: Counted) -> None:
    blobs = caches.cached(behind)
    blobs.read("packs/0")
    blobs.delete("packs/0")
    write(blobs, "packs/0", b"new")
    assert bytes(blobs.read("packs/0")) == b"new"
