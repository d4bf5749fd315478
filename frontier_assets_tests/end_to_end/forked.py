"""The command in a process that is forked from one which has imported everything.

Starting anew takes two seconds, nearly all of them imports, and the README has many commands and
the table of refusals many rows.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

_IMPORTED = (
    "alembic.command",
    "dagster._core.storage.sqlite_storage",
    "frontier_assets.cli.app",
    "frontier_assets.cli.orchestrator.orchestrator",
    "frontier_assets.orchestration.component",
    "frontier_assets.orchestration.location",
    "frontier_assets.workspace",
    "sklearn.linear_model",
)


def forked_frontier(
    root: Path, environment: Mapping[str, str], *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command in the project, in a process of its own that need not start from nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*_IMPORTED])
    with TemporaryDirectory() as folder:
        out, error = Path(folder, "out"), Path(folder, "error")
        process = context.Process(
            target=_command, args=(root, environment, arguments, out, error), daemon=True
        )
        process.start()
        process.join(120)
        assert process.exitcode is not None, "it did not end in time"
        return subprocess.CompletedProcess(
            arguments, process.exitcode, out.read_text("utf-8"), error.read_text("utf-8")
        )


def _command(
    root: Path, environment: Mapping[str, str], arguments: tuple[str, ...], out: Path, error: Path
) -> None:
    for number, path in ((1, out), (2, error)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["frontier", *arguments]

    from frontier_assets.cli import main

    main()
