from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import BlobChangedError, SettingsError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cached import DEFAULT_MAXIMUM_BYTES, CachedBlobStore, open_cache
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.retrying import RetryingBlobStore
from frontier_assets_tests.storage.cached_stores import (
    CONTENT,
    HASH_BYTES,
    Counted,
    cached,
    counted,
    flip,
    kept_bytes,
)
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.trees import files
from frontier_assets_tests.storage.wrapper_contract import OverFolderContract, OverMemoryContract


class TestCachedBlobStore(OverFolderContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return CachedBlobStore(behind, CacheFolder(folder / "cache", 5 << 20), prefix="packs/")


class TestCachedBlobStoreInMemory(OverMemoryContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return CachedBlobStore(behind, CacheFolder(folder / "cache", 5 << 20), prefix="packs/")


@pytest.fixture
def behind(tmp_path: Path) -> Counted:
    return counted(tmp_path)


@pytest.mark.feature("STO-13")
def test_a_second_read_asks_the_store_no_more(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind)
    assert blobs.read("packs/0") == blobs.read("packs/0") == CONTENT
    assert cached(tmp_path, behind).read("packs/0") == CONTENT
    assert behind.reads == 1


@pytest.mark.parametrize(
    ("offset", "length"), [(0, None), (0, 10), (990, 100), (5, None), (1_000, 1), (2_000, 1)]
)
def test_ranges_are_served_from_a_blob_that_is_there(
    tmp_path: Path, behind: Counted, offset: int, length: int | None
) -> None:
    blobs = cached(tmp_path, behind)
    blobs.read("packs/0")
    end = None if length is None else offset + length
    assert blobs.read("packs/0", offset=offset, length=length) == CONTENT[offset:end]
    assert behind.reads == 1


def test_a_range_is_kept_alone_and_serves_what_lies_in_it(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind)
    assert blobs.read("packs/0", offset=100, length=200) == CONTENT[100:300]
    assert blobs.read("packs/0", offset=100, length=200) == CONTENT[100:300]
    assert blobs.read("packs/0", offset=150, length=50) == CONTENT[150:200]
    assert (behind.reads, kept_bytes(tmp_path)) == (1, 200 + HASH_BYTES)
    assert blobs.read("packs/0", offset=150, length=151) == CONTENT[150:301]
    assert blobs.read("packs/0", offset=50) == CONTENT[50:]
    assert behind.reads == 3


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind, 3_500)
    for number in (0, 1, 2, 0, 3):  # the fourth blob does not fit beside the others
        blobs.read(f"packs/{number}")
    assert behind.reads == 4
    blobs.read("packs/0")
    blobs.read("packs/3")
    assert behind.reads == 4
    blobs.read("packs/1")
    assert behind.reads == 5
    assert kept_bytes(tmp_path) <= 3_500


def test_a_blob_above_the_bound_is_read_and_not_kept(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind, 999)
    assert blobs.read("packs/0") == CONTENT
    assert files(tmp_path / "cache") == {}


def test_only_blobs_of_the_prefix_are_kept(tmp_path: Path, behind: Counted) -> None:
    write(behind, "manifests/1", b"x")
    blobs = CachedBlobStore(behind, CacheFolder(tmp_path / "cache", 1 << 20), prefix="packs/")
    for name in ("manifests/1", "manifests/1", "packs/1", "packs/1"):
        blobs.read(name)
    assert behind.reads == 3


def test_two_stores_share_a_folder_without_mixing(tmp_path: Path, behind: Counted) -> None:
    other = LocalBlobStore(tmp_path / "other")
    write(other, "packs/0", b"other")
    assert cached(tmp_path, behind).read("packs/0") == CONTENT
    assert bytes(cached(tmp_path, other).read("packs/0")) == b"other"


def test_what_is_replaced_is_forgotten(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind)
    blobs.read("packs/0")
    blobs.replace("packs/0", b"new", expected=CONTENT)
    assert bytes(blobs.read("packs/0")) == b"new"
    behind.replace("packs/0", b"newer", expected=b"new")
    with pytest.raises(BlobChangedError):
        blobs.replace("packs/0", b"newest", expected=b"new")
    assert bytes(blobs.read("packs/0")) == b"newer"


def test_the_source_is_the_store_behind(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind)
    assert blobs.read("packs/0") == CONTENT
    flip(behind.root / "packs/0", 7)
    assert blobs.read("packs/0") == CONTENT
    assert blobs.source.read("packs/0") != CONTENT
    assert RetryingBlobStore(blobs).source.read("packs/0") != CONTENT


def test_what_is_deleted_is_forgotten(tmp_path: Path, behind: Counted) -> None:
    blobs = cached(tmp_path, behind)
    blobs.read("packs/0")
    blobs.delete("packs/0")
    write(blobs, "packs/0", b"new")
    assert bytes(blobs.read("packs/0")) == b"new"


def test_a_url_is_read(tmp_path: Path) -> None:
    cache = open_cache("file:kept/here?maximum_bytes=1500", root=tmp_path)
    assert (cache.folder, cache.maximum_bytes) == (tmp_path / "kept/here", 1_500)
    absolute = open_cache(f"file://{tmp_path}/cache", root=None)
    assert (absolute.folder, absolute.maximum_bytes) == (tmp_path / "cache", DEFAULT_MAXIMUM_BYTES)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("cache", "write file:folder"),
        ("redis://host", "write file:folder"),
        ("file:", "write file:folder"),
        ("file://host/share", "write file:folder"),
        ("file:/cache?size=1", "write file:folder"),
        ("file:/cache?maximum_bytes=", "whole number"),
        ("file:/cache?maximum_bytes=0", "whole number"),
        ("file:/cache?maximum_bytes=1GB", "whole number"),
        ("file:/cache?maximum_bytes=1&maximum_bytes=2", "whole number"),
        ("file:cache", "write an absolute path"),
    ],
)
def test_a_url_that_cannot_be_read_is_refused(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=f"FRONTIER_CACHE_URL: .*{message}"):
        open_cache(url, root=None)
