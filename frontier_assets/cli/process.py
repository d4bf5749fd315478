"""The command as a process: its streams, its signals and its exit status.

What a command refuses is `app`'s; here is only what can happen around every command.
"""

import contextlib
import io
import os
import signal
import sys
from functools import partial

from frontier_assets.cli.completion import answer_bash, is_bash_asking

NAME = "frontier"  # however it was started: shells find their suggestions by it
INTERRUPTED = 128 + signal.SIGINT
PIPE_CLOSED = 128 + signal.SIGPIPE
_FAILED = 1


def run() -> None:
    """Run the command and exit; no traceback for an interrupt, a closed pipe or a full disk."""
    _prepare_streams()
    try:
        status = _status()
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        print("frontier: interrupted; what was done before is kept", file=sys.stderr)
    sys.exit(_flushed(status))


def _status() -> int:
    from frontier_assets.cli.app import app  # noqa: PLC0415 - an interrupt may come while it loads

    try:
        if is_bash_asking():
            answer_bash(partial(app, prog_name=NAME))
        app(prog_name=NAME)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else _FAILED
    return 0


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the shell closed it with `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for the process's life
        elif isinstance(stream, io.TextIOWrapper):
            # A terminal of another character set shows '?' instead of ending the command.
            stream.reconfigure(errors="replace")


def _flushed(status: int) -> int:
    """Write out what is buffered while a failure can still be told, and return the exit status."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = PIPE_CLOSED
    except OSError as error:
        print(f"frontier: the output cannot be written: {error.strerror}", file=sys.stderr)
        status = _FAILED
    else:
        return status
    # Python flushes once more at exit and would complain about it.
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
