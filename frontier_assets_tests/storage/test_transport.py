"""What leaves this machine is encrypted, unless a store's URL says that it need not be."""

from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError, SettingsError, StoreUnavailableError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.cache_url import open_cache
from frontier_assets.storage.connections import S3Connection
from frontier_assets.storage.s3 import open_store
from frontier_assets_tests.storage.azure_server import CREDENTIALS as AZURE
from frontier_assets_tests.storage.s3_server import BUCKET
from frontier_assets_tests.storage.s3_server import CREDENTIALS as S3

FAR = (
    "s3://models?endpoint=http://minio.test:9000",
    "az://models?account=a&endpoint=http://10.0.0.1:10000/a",
    "gs://models?endpoint=http://gcs.test:4443",
    "redis://redis.test:6379/0",
)
HERE = (
    "s3://models?endpoint=http://127.0.0.1:9000",
    "az://models?account=a&endpoint=http://localhost:10000/a",
    "gs://models?endpoint=http://127.0.0.7:4443",
    "redis://[::1]:6379/0",
)
ENCRYPTED = (
    "s3://models?endpoint=https://minio.test",
    "az://models?account=a&endpoint=https://azure.test/a",
    "gs://models?endpoint=https://gcs.test",
    "redis://redis.test:6379/0?tls=true",
)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**S3, **AZURE}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.feature("STO-21")
@pytest.mark.parametrize("url", FAR)
def test_an_unencrypted_way_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match=r"is not encrypted; use .*cleartext=allowed"):
        open_blob_store(url, root=None)


@pytest.mark.feature("STO-21")
@pytest.mark.parametrize("url", [*HERE, *ENCRYPTED])
def test_this_machine_and_encrypted_ways_are_fine(url: str) -> None:
    assert open_blob_store(url, root=None).url.startswith(url.partition("?")[0])


@pytest.mark.parametrize("url", FAR)
def test_a_url_can_waive_the_encryption(url: str) -> None:
    allowed = f"{url}{'&' if '?' in url else '?'}cleartext=allowed"
    assert open_blob_store(allowed, root=None).url.endswith("cleartext=allowed")


@pytest.mark.parametrize("url", ENCRYPTED)
def test_another_value_of_the_waiver_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match=r"option cleartext 'yes' .*expected allowed"):
        open_blob_store(f"{url}&cleartext=yes", root=None)


@pytest.mark.feature("STO-21")
def test_a_cache_elsewhere_needs_encryption_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"way to 'redis\.test' is not encrypted"):
        open_cache("redis://redis.test", root=tmp_path)


@pytest.mark.feature("STO-21")
def test_a_connections_endpoint_needs_encryption_too() -> None:
    import boto3

    connection = S3Connection(boto3.Session, endpoint="http://minio.test:9000")
    with pytest.raises(InvalidValueError, match=r"way to 'minio\.test' is not encrypted"):
        open_store("//models", root=None, connection=connection)


@pytest.mark.feature("STO-21")
def test_a_plain_endpoint_of_the_environment_is_not_used(
    s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_server)
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        open_blob_store(f"s3://{BUCKET}?region=us-east-1", root=None).size("one")
