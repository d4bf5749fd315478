import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from frontier_assets.errors import InvalidValueError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.objects import ObjectBlobStore
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.remote_contract import ContainerStoreContract
from frontier_assets_tests.storage.s3_server import BUCKET, CREDENTIALS, s3_running

if TYPE_CHECKING:
    from obstore.store import ObjectStore


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def opened(endpoint: str, path: str = "", container: str = BUCKET) -> BlobStore:
    return open_blob_store(
        f"s3://{container}{path}?endpoint={endpoint}&region=us-east-1", root=None
    )


@pytest.mark.feature("STO-1", "STO-4", "STO-15")
class TestS3BlobStore(ContainerStoreContract):
    scheme = "s3"
    server = "s3_server"
    opened = staticmethod(opened)
    missing = r"'nowhere' does not exist; create it with `aws"


@pytest.fixture
def blobs(s3_server: str, tmp_path: Path) -> BlobStore:
    return opened(s3_server, tmp_path.as_posix())


def test_a_listing_goes_on_after_the_services_first_thousand(blobs: BlobStore) -> None:
    for number in range(1_001):
        write(blobs, f"packs/{number}", b"")
    assert len(names(blobs, "packs/")) == 1_001


class Repeats:
    """The client of a service whose first answer to each upload is lost, so that it is repeated."""

    def __init__(self, objects: Any) -> None:
        self._objects = objects

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    def put(self, *arguments: Any, **named: Any) -> Any:
        self._objects.put(*arguments, **named)
        return self._objects.put(*arguments, **named)


def test_a_replacement_whose_answer_was_lost_is_not_taken_for_somebody_elses(
    blobs: BlobStore,
) -> None:
    assert isinstance(blobs, ObjectBlobStore)
    write(blobs, "one", b"before")
    blobs.objects = cast("ObjectStore", Repeats(blobs.objects))
    blobs.replace("one", b"after", expected=b"before")
    assert bytes(blobs.read("one")) == b"after"


def test_the_url_wins_over_an_endpoint_of_the_environment(
    s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, f"http://{LOOPBACK}:{free_port()}")
    assert names(opened(s3_server, tmp_path.as_posix())) == set()


@pytest.mark.feature("STO-4")
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


@pytest.mark.feature("STO-23")
def test_a_key_of_the_clouds_own_that_the_environment_names_encrypts_every_object(
    s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    monkeypatch.setenv("AWS_SERVER_SIDE_ENCRYPTION", "aws:kms")
    monkeypatch.setenv("AWS_SSE_KMS_KEY_ID", "key-of-the-team")
    write(opened(s3_server, tmp_path.as_posix()), "one", b"x")
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    found = client.head_object(Bucket=BUCKET, Key=f"{tmp_path.as_posix().strip('/')}/one")
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", "key-of-the-team")
