import traceback
from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import InvalidValueError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import BlobStoreContract, names, write
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def opened(endpoint: str, path: str = "", bucket: str = BUCKET) -> BlobStore:
    return open_blob_store(f"s3://{bucket}{path}?endpoint={endpoint}&region=us-east-1", root=None)


class TestS3BlobStore(BlobStoreContract):
    scheme = "s3"
    endpoint: str

    @pytest.fixture(autouse=True)
    def _server(self, s3_server: str) -> None:
        self.endpoint = s3_server

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return opened(self.endpoint, folder.as_posix())


@pytest.fixture
def blobs(s3_server: str, tmp_path: Path) -> BlobStore:
    return opened(s3_server, tmp_path.as_posix())


def test_memory_that_was_read_can_be_written(blobs: BlobStore) -> None:
    write(blobs, "one", b"content")
    assert not blobs.read("one").readonly


def test_a_pack_of_the_largest_size_is_one_request_and_keeps_its_bytes(blobs: BlobStore) -> None:
    assert blobs.roll_bytes is not None
    content = bytes(range(256)) * (blobs.roll_bytes // 256)
    write(blobs, "large", content)
    assert blobs.read("large") == content
    assert bytes(blobs.read("large", offset=30 << 20, length=100)) == content[:100]


def test_a_listing_goes_on_after_the_services_first_thousand(blobs: BlobStore) -> None:
    for number in range(1_001):
        write(blobs, f"packs/{number}", b"")
    assert len(names(blobs, "packs/")) == 1_001


def test_a_repeated_commit_whose_first_answer_was_lost_succeeds(blobs: BlobStore) -> None:
    with blobs.create("one") as blob:
        blob.write(b"content")
        blob.commit()
        blob.commit()
    assert bytes(blobs.read("one")) == b"content"


def test_the_url_wins_over_an_endpoint_of_the_environment(
    s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, f"http://{LOOPBACK}:{free_port()}")
    assert names(opened(s3_server, tmp_path.as_posix())) == set()


@pytest.mark.parametrize("call", ["read", "size", "delete"])
def test_a_missing_bucket_is_named_with_its_remedy(s3_server: str, call: str) -> None:
    blobs = opened(s3_server, bucket="nowhere")
    with pytest.raises(
        StoreUnavailableError, match=r"'nowhere' does not exist; create it with `aws"
    ):
        getattr(blobs, call)("one")


def test_a_missing_bucket_cannot_be_listed_or_written(s3_server: str) -> None:
    blobs = opened(s3_server, bucket="nowhere")
    with pytest.raises(StoreUnavailableError, match="'nowhere' does not exist"):
        list(blobs.list())
    with pytest.raises(StoreUnavailableError, match="'nowhere' does not exist"):
        write(blobs, "one", b"x")


def test_refused_credentials_are_an_error_with_a_remedy_that_shows_none_of_them() -> None:
    # moto answers one request, which makes the bucket, and then checks who asks.
    with s3_running(free_port(), {"INITIAL_NO_AUTH_ACTION_COUNT": "1"}) as endpoint:
        blobs = opened(endpoint)
        with pytest.raises(StoreUnavailableError, match=r"403.*set AWS_ACCESS_KEY_ID") as caught:
            write(blobs, "one", b"x")
        with pytest.raises(StoreUnavailableError, match="access is refused"):
            list(blobs.list())
        with pytest.raises(StoreUnavailableError, match="access is refused"):
            blobs.read("one")
    assert not caught.value.retryable
    shown = "".join(traceback.format_exception(caught.value))
    assert not [value for value in CREDENTIALS.values() if f"'{value}'" in shown]
    assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in shown


def test_a_server_that_stops_in_mid_write_leaves_an_error_worth_another_attempt() -> None:
    port = free_port()
    with s3_running(port) as endpoint:
        blob = opened(endpoint).create("one")
        blob.write(b"content")
    with pytest.raises(StoreUnavailableError, match=r"does not answer.*try again") as caught:
        blob.commit()
    assert caught.value.retryable
    with s3_running(port) as endpoint:
        assert names(opened(endpoint)) == set()


@pytest.mark.parametrize(
    "url",
    [
        "s3:models",
        "s3://",
        "s3://key:topsecret@models",
        "s3://models?secret=topsecret",
        "s3://models?endpoint=http://key:topsecret@host",
        "s3://models?endpoint=127.0.0.1:9000",
        "s3://models:9000/prefix",
        "s3://MODELS",
    ],
)
def test_a_url_of_another_form_is_refused_without_showing_a_credential(url: str) -> None:
    with pytest.raises(InvalidValueError, match="Store URL") as caught:
        open_blob_store(url, root=None)
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["../other", "a//b", "a b", ".hidden", "x" * 124])
def test_a_prefix_that_a_service_could_misread_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidValueError, match="Store URL prefix"):
        open_blob_store(f"s3://models/{prefix}", root=None)
