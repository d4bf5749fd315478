import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.storage import Client
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from typing_extensions import override

from frontier_assets.errors import (
    BlobExistsError,
    InvalidValueError,
    SettingsError,
    StoreUnavailableError,
)
from frontier_assets.storage import gcs
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.connections import GCSConnection
from frontier_assets.storage.gcs_failures import reachable
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.gcs_server import BUCKET, client_of, gcs_running
from frontier_assets_tests.storage.remote_contract import ContainerStoreContract

# More than Google's client sends in one request.
_RESUMABLE_BYTES = 9 << 20


def opened(endpoint: str, path: str = "", container: str = BUCKET) -> BlobStore:
    return open_blob_store(f"gs://{container}{path}?endpoint={endpoint}", root=None)


@pytest.mark.feature("STO-1", "STO-5")
class TestGCSBlobStore(ContainerStoreContract):
    scheme = "gs"
    server = "gcs_server"
    opened = staticmethod(opened)
    missing = r"no bucket 'nowhere'; create it"


@pytest.fixture
def blobs(gcs_server: str, tmp_path: Path) -> BlobStore:
    return opened(gcs_server, tmp_path.as_posix())


def test_one_of_four_concurrent_large_writers_wins(blobs: BlobStore) -> None:
    def attempt(writer: int) -> bool:
        try:
            write(blobs, "contended", bytes([writer]) * _RESUMABLE_BYTES)
        except BlobExistsError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(attempt, range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    assert isinstance(blobs, gcs.GCSBlobStore)
    listed = blobs._open().list_blobs(prefix=blobs._prefix)
    assert [found.name for found in listed] == [f"{blobs._prefix}contended"]
    assert blobs.read("contended")[-1] == outcomes.index(True)


def test_a_replacement_whose_answer_was_lost_is_not_taken_for_somebody_elses(
    blobs: BlobStore,
) -> None:
    assert isinstance(blobs, gcs.GCSBlobStore)
    write(blobs, "one", b"before")
    found = blobs.object("one")
    found.reload()
    answers = [blobs.put("one", b"after", "token", found.generation) for _ in range(2)]
    assert answers == [True, True]
    assert not blobs.put("one", b"another", "other token", found.generation)
    assert bytes(blobs.read("one")) == b"after"


def test_objects_that_are_no_blobs_are_not_listed(blobs: BlobStore) -> None:
    assert isinstance(blobs, gcs.GCSBlobStore)
    write(blobs, "packs/one", b"x")
    folder = blobs._open().blob(f"{blobs._prefix}packs/")
    folder.upload_from_file(io.BytesIO())
    assert names(blobs) == {"packs/one"}


def test_a_connection_alone_says_where_the_service_is(gcs_server: str, tmp_path: Path) -> None:
    connection = GCSConnection(lambda: client_of(gcs_server))
    url = f"gs://{BUCKET}{tmp_path}"
    blobs = open_blob_store(url, root=None, connections={"gs": connection})
    content = b"content" * (_RESUMABLE_BYTES // 7)
    write(blobs, "one", content)
    with pytest.raises(BlobExistsError):
        write(blobs, "one", b"another")
    assert bytes(blobs.read("one")) == content
    assert names(blobs) == {"one"}
    assert gcs_server not in blobs.url


class Overloaded(HTTPAdapter):
    """Takes the first upload in, and answers that the service has too much to do."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[bytes] = []

    @override
    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        if self.refused or "/upload/" not in str(request.url):
            return super().send(request, *args, **options)
        self.refused.append(b"".join(request.body or ()))  # type: ignore[arg-type]  # its parts
        answer = Response()
        answer.status_code, answer.request = 503, request
        return answer


def test_an_upload_that_is_repeated_sends_all_of_the_blob_again(
    gcs_server: str, tmp_path: Path
) -> None:
    client, overloaded = client_of(gcs_server), Overloaded()
    client._http.mount(gcs_server, overloaded)
    connections = {"gs": GCSConnection(lambda: client)}
    blobs = open_blob_store(f"gs://{BUCKET}{tmp_path}", root=None, connections=connections)
    content = b"content" * (_RESUMABLE_BYTES // 7)
    write(blobs, "one", content)
    assert [content in body for body in overloaded.refused] == [True]
    assert bytes(blobs.read("one")) == content


def test_a_connection_without_a_project_says_what_to_give(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    login = dict.fromkeys(("client_id", "client_secret", "refresh_token"), "x")
    (tmp_path / "login.json").write_text(json.dumps({"type": "authorized_user", **login}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "login.json"))
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    blobs = open_blob_store("gs://models", root=None, connections={"gs": GCSConnection(Client)})
    with pytest.raises(SettingsError, match=r"GCS resource: Project was not.*give it a `project`"):
        blobs.size("one")


def test_a_server_that_does_not_answer_is_worth_another_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gcs, "RETRY_S", 0.3)
    blobs = opened(f"http://{LOOPBACK}:{free_port()}")
    with pytest.raises(StoreUnavailableError, match=r"does not answer.*try again") as caught:
        blobs.size("one")
    assert caught.value.retryable


def test_a_server_that_stops_in_mid_write_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gcs, "RETRY_S", 0.3)
    port = free_port()
    with gcs_running(port) as endpoint:
        blobs = opened(endpoint)
        write(blobs, "warm", b"x")
        writer = blobs.create("one")
        writer.write(b"x" * _RESUMABLE_BYTES)
    with writer, pytest.raises(StoreUnavailableError, match="does not answer"):
        writer.commit()


@pytest.mark.feature("STO-5")
def test_without_credentials_the_remedy_is_to_log_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    with pytest.raises(StoreUnavailableError, match="set GOOGLE_APPLICATION_CREDENTIALS"):
        open_blob_store("gs://models", root=None).size("one")


@pytest.mark.parametrize(
    "location",
    [
        "gs:models",
        "gs://",
        "gs:///models",
        "gs://models?endpoint=",
        "gs://models?endpoint=host",
        "gs://Models",
    ],
)
def test_another_form_of_url_is_refused(location: str) -> None:
    with pytest.raises(InvalidValueError, match="expected gs://bucket/prefix"):
        open_blob_store(location, root=None)


@pytest.mark.parametrize(
    ("kind", "shown", "retryable"),
    [
        (api.Unauthorized, "refused with status 401; set GOOGLE_APPLICATION", False),
        (api.Forbidden, "refused with status 403; set GOOGLE_APPLICATION", False),
        (auth.RefreshError, "accepts no credentials.*; set GOOGLE_APPLICATION", False),
        (auth.TransportError, "transfer failed.*try again", True),
        (api.BadRequest, "status 400: token-1; check the URL", False),
    ],
)
def test_what_google_refuses_has_a_remedy(
    kind: type[Exception], shown: str, *, retryable: bool
) -> None:
    # The test server refuses nobody.
    with pytest.raises(StoreUnavailableError, match=shown) as caught, reachable("gs://models"):
        raise kind("token-1")
    assert caught.value.retryable == retryable
