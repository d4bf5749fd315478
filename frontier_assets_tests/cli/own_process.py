"""The command in a process of its own, as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
# The suite itself may run as a shell's background job, which starts with Ctrl-C ignored.
CODE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from frontier_assets.cli import main; main()"
)
COMMAND = [sys.executable, "-c", CODE]


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **variables}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment(**variables),
    )
