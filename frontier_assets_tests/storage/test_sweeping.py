"""What killed writers leave behind is found below every wrapper, and nothing else is touched."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.retrying import RetryingBlobStore
from frontier_assets_tests.storage.contract import names, write

HOUR = timedelta(hours=1)
WRAPPERS: dict[str, Callable[[BlobStore, Path], BlobStore]] = {
    "none": lambda blobs, _folder: blobs,
    "retrying": lambda blobs, _folder: RetryingBlobStore(blobs),
    "cached": lambda blobs, folder: CachedBlobStore(blobs, CacheFolder(folder / "cache", 1 << 20)),
}


@pytest.fixture
def leftovers(tmp_path: Path) -> Path:
    """The folder in which one file is two hours old and one is new."""
    folder = tmp_path / "store" / "tmp"
    write(LocalBlobStore(tmp_path / "store"), "packs/ab/abc", b"content")
    for name, age_s in (("old", 7200), ("new", 0)):
        path = folder / name
        path.write_bytes(bytes(100))
        changed = path.stat().st_mtime - age_s
        os.utime(path, (changed, changed))
    return folder


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_old_leftovers_are_announced_and_then_gone(
    tmp_path: Path, leftovers: Path, wrapper: str
) -> None:
    store = WRAPPERS[wrapper](LocalBlobStore(tmp_path / "store"), tmp_path)
    before = datetime.now(UTC) - HOUR
    assert store.sweep(before, dry_run=True) == 100
    assert store.sweep(before) == 100
    assert store.sweep(before) == 0
    assert [path.name for path in leftovers.iterdir()] == ["new"]
    assert names(store) == {"packs/ab/abc"}


def test_a_store_that_nothing_was_written_to_has_no_leftovers(tmp_path: Path) -> None:
    assert LocalBlobStore(tmp_path / "store").sweep(datetime.now(UTC)) == 0
