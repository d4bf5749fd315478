"""Real servers of the remote backends, each started once a session when a test asks for it."""

from collections.abc import Iterator

import pytest

from frontier_assets_tests.servers import LOOPBACK, free_port
from frontier_assets_tests.storage.azure_server import azure_running
from frontier_assets_tests.storage.gcs_server import gcs_running
from frontier_assets_tests.storage.redis_server import redis_running
from frontier_assets_tests.storage.s3_server import Account, s3_running, strict_s3_running


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[str]:
    """The endpoint of a Google Cloud Storage server that has the bucket `gcs_server.BUCKET`."""
    with gcs_running(free_port()) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The ``host:port`` of a Redis server."""
    port = free_port()
    with redis_running(port):
        yield f"{LOOPBACK}:{port}"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The endpoint of an S3 server that has the bucket `s3_server.BUCKET`."""
    with s3_running(free_port()) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def s3_account() -> Iterator[Account]:
    """The account of an S3 server that checks every signature."""
    with strict_s3_running(free_port()) as account:
        yield account


@pytest.fixture(scope="session")
def azure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of an Azure account that has the container `azure_server.CONTAINER`."""
    with azure_running(free_port(), tmp_path_factory.mktemp("azurite")) as endpoint:
        yield endpoint
