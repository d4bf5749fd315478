"""Who asks S3, against a server that checks every signature."""

import dataclasses
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, SettingsError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.connections import S3Connection
from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.contract import names, write
from frontier_assets_tests.storage.s3_server import (
    BUCKET,
    REGION,
    ROLE,
    Account,
    without_credentials,
)

WriteFile = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path / "config")


@pytest.fixture
def config(tmp_path: Path) -> WriteFile:
    """Write what ``~/.aws/config`` is in this test."""

    def write_text(text: str) -> Path:
        path = tmp_path / "config"
        path.write_text(text)
        return path

    return write_text


def profile_of(account: Account, name: str = "profile team") -> str:
    return (
        f"[{name}]\nregion = {REGION}\naws_access_key_id = {account.key_id}\n"
        f"aws_secret_access_key = {account.secret}\n"
    )


def connection_of(account: Account, **facts: Any) -> S3Connection:
    def session() -> Any:
        import boto3

        return boto3.Session(account.key_id, account.secret)

    return S3Connection(session, **{"endpoint": account.endpoint, **facts})


def opened(connection: S3Connection | None = None, endpoint: str = "") -> BlobStore:
    query = f"?endpoint={endpoint}" if endpoint else ""
    return open_blob_store(
        f"s3://{BUCKET}/{uuid.uuid4().hex}{query}",
        root=None,
        connections={"s3": connection} if connection else None,
    )


def test_a_connection_alone_says_where_the_service_is_and_who_asks(s3_account: Account) -> None:
    blobs = opened(connection_of(s3_account))
    write(blobs, "one", b"content")
    assert bytes(blobs.read("one")) == b"content"
    assert names(blobs) == {"one"}
    assert s3_account.endpoint not in blobs.url


def test_a_wrong_secret_of_a_connection_is_refused_with_what_to_mend(s3_account: Account) -> None:
    blobs = opened(connection_of(dataclasses.replace(s3_account, secret="another")))
    with pytest.raises(StoreUnavailableError, match=r"refused \(status 403.*give the S3 resource"):
        write(blobs, "one", b"content")


def test_without_signing_no_credential_is_sent(s3_server: str) -> None:
    anybody = Account(s3_server, "any", "thing")  # this server believes every signature
    signed, unsigned = (
        open_blob_store("s3://models/private", root=None, connections={"s3": connection})
        for connection in (connection_of(anybody), connection_of(anybody, signed=False))
    )
    write(signed, "one", b"content")
    with pytest.raises(StoreUnavailableError, match="status 403"):
        unsigned.read("one")


def test_the_url_says_better_than_a_connection_where_the_service_is(s3_account: Account) -> None:
    elsewhere = connection_of(s3_account, endpoint=f"http://{LOOPBACK}:{free_port()}")
    write(opened(elsewhere, s3_account.endpoint), "one", b"content")


def test_an_endpoint_of_another_form_is_refused(s3_account: Account) -> None:
    with pytest.raises(InvalidValueError, match="S3 resource endpoint '127"):
        opened(connection_of(s3_account, endpoint="127.0.0.1:9000"))


def test_a_connection_without_credentials_is_refused_when_the_store_is_opened() -> None:
    import boto3

    with pytest.raises(SettingsError, match="has no credentials; give it keys or a profile"):
        opened(S3Connection(boto3.Session))


@pytest.mark.parametrize("signed", ["profile team", "default"])
def test_a_profile_of_the_aws_files_is_read_without_any_connection(
    s3_account: Account, config: WriteFile, signed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(profile_of(s3_account, signed))
    if signed != "default":
        monkeypatch.setenv("AWS_PROFILE", "team")
    write(opened(endpoint=s3_account.endpoint), "one", b"content")


def test_a_role_of_a_profile_is_taken_on(
    s3_account: Account, config: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = f"[profile deployment]\nrole_arn = {ROLE}\nsource_profile = team\nregion = {REGION}\n"
    config(profile_of(s3_account) + role)
    monkeypatch.setenv("AWS_PROFILE", "deployment")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", s3_account.endpoint)
    write(opened(endpoint=s3_account.endpoint), "one", b"content")


def test_keys_of_the_environment_win_over_the_aws_files(
    s3_account: Account, config: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    config("[default]\naws_access_key_id = another\naws_secret_access_key = wrong\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_account.key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_account.secret)
    write(opened(endpoint=s3_account.endpoint), "one", b"content")


def test_a_profile_that_there_is_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(SettingsError, match=r"\(nobody\) could not be found; mend AWS_PROFILE"):
        opened()


def test_a_login_that_ran_out_is_an_error_that_says_so(
    s3_account: Account, config: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Gives credentials that are over already, once; then it fails, as a lost login does.
    program = tmp_path / "login.py"
    program.write_text(
        "import json, pathlib, sys\n"
        f"pathlib.Path({str(tmp_path / 'used')!r}).mkdir()\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': 'a', 'SecretAccessKey': 'topsecret',"
        " 'SessionToken': 't', 'Expiration': '2020-01-01T00:00:00Z'}))\n"
    )
    config(f"[default]\nregion = {REGION}\ncredential_process = {sys.executable} {program}\n")
    blobs = opened(endpoint=s3_account.endpoint)
    with pytest.raises(StoreUnavailableError, match=r"cannot be had \(.*log in again") as caught:
        write(blobs, "one", b"content")
    assert not caught.value.retryable
    assert "topsecret" not in str(caught.value)
