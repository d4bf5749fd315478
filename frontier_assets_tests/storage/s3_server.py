"""An S3 server that is not our code: moto, with a bucket."""

import contextlib
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from frontier_assets_tests.conftest import require
from frontier_assets_tests.servers import LOOPBACK, listens, running

BUCKET = "models"
# What moto accepts; the second one never leaves the process.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "secret-of-the-tests"}


@contextlib.contextmanager
def s3_running(port: int, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server on ``port``, in memory, and yield its endpoint."""
    if not (find_spec("moto") and find_spec("flask")):
        require("s3", "moto[server] is not installed")
    endpoint = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
    with running(command, listens(port), environment=environment):
        request = urllib.request.Request(f"{endpoint}/{BUCKET}", b"", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        yield endpoint
