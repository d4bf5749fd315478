import base64
import traceback
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError, SettingsError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage.azure_server import (
    ACCOUNT,
    CONTAINER,
    CREDENTIALS,
    azure_running,
)
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.remote_contract import ContainerStoreContract

_VARIABLE = "AZURE_STORAGE_ACCOUNT_KEY"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def opened(endpoint: str, path: str = "", container: str = CONTAINER) -> BlobStore:
    url = f"az://{container}{path}?account={ACCOUNT}&endpoint={endpoint}"
    return open_blob_store(url, root=None)


@pytest.mark.feature("STO-1", "STO-6")
class TestAzureBlobStore(ContainerStoreContract):
    scheme = "az"
    server = "azure_server"
    opened = staticmethod(opened)
    missing = r"'nowhere' does not exist; create it with `az"


@pytest.mark.feature("STO-6")
def test_a_wrong_key_is_refused_with_a_remedy_and_not_shown(
    azure_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = base64.b64encode(b"another key" * 5).decode()
    monkeypatch.setenv(_VARIABLE, wrong)
    blobs = opened(azure_server)
    with pytest.raises(StoreUnavailableError, match=f"403.*set {_VARIABLE}") as caught:
        write(blobs, "one", b"x")
    with pytest.raises(StoreUnavailableError, match="access is refused"):
        list(blobs.list())
    with pytest.raises(StoreUnavailableError, match="access is refused"):
        blobs.delete("one")
    assert not caught.value.retryable
    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_a_shared_access_token_is_in_no_message(
    azure_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(_VARIABLE)
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2021-08-06&sp=rwdl&sig=topsecret")
    blobs = opened(azure_server)
    with pytest.raises(StoreUnavailableError, match="access is refused") as caught:
        blobs.read("one")
    assert "topsecret" not in "".join(traceback.format_exception(caught.value))


def test_a_key_that_is_none_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_VARIABLE, "!topsecret")
    with pytest.raises(SettingsError, match=f"set {_VARIABLE}") as caught:
        opened("http://127.0.0.1:1")
    assert "topsecret" not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_stops_in_mid_write_leaves_an_error_worth_another_attempt(
    tmp_path: Path,
) -> None:
    port = free_port()
    with azure_running(port, tmp_path / "first") as endpoint:
        blob = opened(endpoint).create("one")
        blob.write(b"content")
    with pytest.raises(StoreUnavailableError, match=r"does not answer.*try again") as caught:
        blob.commit()
    assert caught.value.retryable
    with azure_running(port, tmp_path / "second") as endpoint:
        assert names(opened(endpoint)) == set()


@pytest.mark.parametrize(
    "url",
    ["az:models", "az://", "az://account:topsecret@models", "az://models?key=topsecret"],
)
def test_a_url_of_another_form_is_refused_without_showing_a_credential(url: str) -> None:
    with pytest.raises(InvalidValueError, match="Store URL") as caught:
        open_blob_store(url, root=None)
    assert "topsecret" not in str(caught.value)
