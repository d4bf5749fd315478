"""The S3 server of the benchmarks: npm's s3rver is fast. It knows no conditional requests."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from frontier_assets_tests.servers import LOOPBACK, free_port, listens, node_module, running

BUCKET = "models"
KEY = "S3RVER"  # the one account that it has: identifier and secret
MISSING = "node or the npm package s3rver is not installed"


def command() -> list[str | Path] | None:
    """Return what starts the server, or None where it is not installed."""
    node, program = shutil.which("node"), node_module("s3rver/bin/s3rver.js")
    return [node, program] if node and program else None


@contextlib.contextmanager
def serving(server: Sequence[str | Path], folder: Path) -> Iterator[str]:
    """Run a server with an empty bucket that writes to ``folder``, and yield its endpoint.

    Its credentials are in the environment meanwhile.
    """
    port = free_port()
    listen = ("-a", LOOPBACK, "-p", str(port), "--silent", "--no-vhost-buckets")
    options = ("-d", folder, *listen, "--configure-bucket", BUCKET)
    credentials = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY}
    with patch.dict(os.environ, credentials), running([*server, *options], listens(port)):
        yield f"http://{LOOPBACK}:{port}"


def empty(folder: Path) -> None:
    """Remove all objects of a server that writes to ``folder``; it keeps nothing besides files."""
    for content in (folder / BUCKET).iterdir():
        if content.is_dir():
            shutil.rmtree(content)
        else:
            content.unlink()


def store_url(endpoint: str, prefix: str) -> str:
    """Return the URL of our store in the bucket."""
    return f"s3://{BUCKET}/{prefix}?endpoint={endpoint}&region=us-east-1"
