"""Real servers for tests: each one a process group of its own on a free loopback port."""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

import pytest

LOOPBACK = "127.0.0.1"
_POLL_S = 0.02
_STOP_S = 5.0


def free_port() -> int:
    """Return a port of the loopback address that nothing listened on just now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> Callable[[], bool]:
    """Return the question whether something accepts connections on ``port``; for `running`."""

    def answer() -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((LOOPBACK, port)) == 0

    return answer


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    ready: Callable[[], bool],
    *,
    timeout_s: float = 60,
    environment: Mapping[str, str] | None = None,
    account: Mapping[str, Any] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` until the context ends; entered once ``ready()`` is true.

    ``environment`` is added to this process's own, ``account`` says whose it is (`nobody`). The
    process may be stopped inside the context (`stop`), which is how a test loses its server.

    Raises:
        RuntimeError: the process ended, or was not ready in time; its output is in the message.
    """
    with TemporaryFile() as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            **(account or {}),
        )
        try:
            deadline = time.monotonic() + timeout_s
            while not ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    stop(process)
                    output.seek(0)
                    shown = output.read()[-2_000:].decode(errors="replace")
                    raise RuntimeError(f"{command[0]} did not become ready:\n{shown}")
                time.sleep(_POLL_S)
            yield process
        finally:
            stop(process)


def nobody() -> dict[str, Any]:
    """Return whom to run a server as that refuses to be root's; empty where nobody is root."""
    if os.geteuid():
        return {}
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process group of ``process``: asked first, killed when it does not obey."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)


def node_module(path: str) -> Path | None:
    """Return the file of an installed npm package, or None where it is not installed."""
    folder = os.environ.get("FRONTIER_TESTS_NODE_MODULES", "node_modules")
    file = Path(folder).absolute() / path
    return file if file.is_file() else None


def require(what: str, reason: str) -> NoReturn:
    """Skip the test for want of ``what``, or fail it where `FRONTIER_TESTS_REQUIRE` names that.

    The variable lists what has to be there, separated by commas, e.g. ``browser``.
    """
    wanted = os.environ.get("FRONTIER_TESTS_REQUIRE", "").split(",")
    if what in {name.strip() for name in wanted}:
        pytest.fail(f"FRONTIER_TESTS_REQUIRE names {what}: {reason}")
    pytest.skip(reason)
