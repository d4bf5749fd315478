from collections.abc import Iterator

import pytest

from frontier_assets_tests.integrations.tracking_server import (
    TrackingServer,
    tracking_server_running,
)
from frontier_assets_tests.servers import free_port


@pytest.fixture(scope="session")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    """An MLflow server; each test uses models of its own."""
    with tracking_server_running(free_port(), tmp_path_factory.mktemp("mlflow")) as server:
        yield server
