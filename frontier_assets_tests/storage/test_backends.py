from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.backends import BACKENDS, open_blob_store
from frontier_assets_tests.storage import (
    test_azure,
    test_gcs,
    test_local,
    test_memory,
    test_redis,
    test_s3,
)
from frontier_assets_tests.storage.contract import write


@pytest.mark.feature("STO-1")
def test_every_backend_is_under_contract() -> None:
    assert set(BACKENDS) == {
        test_azure.TestAzureBlobStore.scheme,
        test_gcs.TestGCSBlobStore.scheme,
        test_local.TestLocalBlobStore.scheme,
        test_memory.TestMemoryBlobStore.scheme,
        test_redis.TestRedisBlobStore.scheme,
        test_s3.TestS3BlobStore.scheme,
    }


def test_a_relative_location_is_relative_to_the_root(tmp_path: Path) -> None:
    write(open_blob_store("file:.frontier/store", root=tmp_path), "one", b"x")
    assert (tmp_path / ".frontier/store/one").read_bytes() == b"x"


@pytest.mark.parametrize("prefix", ["file:", "file://"])
def test_an_absolute_location_needs_no_root(tmp_path: Path, prefix: str) -> None:
    blobs = open_blob_store(f"{prefix}{tmp_path}/store", root=None)
    write(blobs, "one", b"x")
    assert (tmp_path / "store/one").read_bytes() == b"x"
    assert blobs.url == f"file:{tmp_path}/store"


def test_opening_creates_nothing(tmp_path: Path) -> None:
    blobs = open_blob_store("file:store", root=tmp_path)
    assert list(blobs.list()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.feature("STO-8", "STO-11", "STO-16")
def test_an_unknown_scheme_lists_the_known_ones_and_shows_no_credential() -> None:
    with pytest.raises(InvalidValueError, match=r"'ftp'.*known: .*file:.*s3:") as caught:
        open_blob_store("ftp://user:secret@host/bucket", root=Path("/"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "store", "/var/store"])
def test_a_url_without_a_scheme_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match="Store URL scheme"):
        open_blob_store(url, root=Path("/"))


@pytest.mark.parametrize("url", ["file:", "file://host/share"])
def test_a_file_url_without_a_path_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match="file:///absolute/path"):
        open_blob_store(url, root=Path("/"))


def test_a_relative_location_without_a_root_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="project root"):
        open_blob_store("file:store", root=None)
