"""A conversion in a process of its own: a converter that crashes takes nobody with it."""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from frontier_assets.conversion.derivation import Options
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, FrontierAssetsError
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Framework

_CODE = "import sys; from frontier_assets.conversion.apart import work; work(sys.argv[1])"
_INTERVAL_S = 0.1
_LAST_LINES = 5
_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Task:
    """What `targets.convert` is called with."""

    target: str
    ref: str
    original: Predictor
    dataset: Dataset
    framework: Framework
    parent: Path | None
    calibration: Dataset | None
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a conversion may take, and how much memory; that of its children included."""

    time_s: float
    memory_gib: float


def made_in(folder: Path) -> Path:
    """Return where the files lie that `convert_apart` makes in ``folder``."""
    return folder / "made"


def convert_apart(task: Task, folder: Path, limits: Limits) -> Mapping[str, Path]:
    """Do what `targets.convert` does in a process that ends at its limits.

    Raises:
        ConversionError: the process crashed, or went beyond a limit.
        FrontierAssetsError: what the conversion itself raised.
    """
    # Both come from this process and go to a folder of its own: this is no foreign pickle.
    (folder / "task").write_bytes(pickle.dumps(task))
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-c", _CODE, str(folder)],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE,  # nothing is ever written: its end is that of this process
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        ) as process,
    ):
        try:
            broken = _watch(process, limits)
        finally:
            _end(process)
    if broken:
        raise ConversionError(task.ref, task.target, broken)
    result = folder / "result"
    if not result.exists():
        raise ConversionError(task.ref, task.target, _crash(process.returncode, folder / "log"))
    made = pickle.loads(result.read_bytes())  # noqa: S301 - our own, see above
    if isinstance(made, tuple):
        raise _error(*made)
    return {name: Path(path) for name, path in made.items()}


def work(name: str) -> None:
    """Do the task in the folder ``name`` and leave its result there; called in the process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder = Path(name)
    task: Task = pickle.loads((folder / "task").read_bytes())  # noqa: S301 - of `convert_apart`
    made = made_in(folder)
    made.mkdir()
    result: object
    try:
        result = dict(
            convert(
                task.target,
                task.ref,
                task.original,
                task.dataset,
                made,
                framework=task.framework,
                parent=task.parent,
                calibration=task.calibration,
                options=task.options,
            )
        )
    except FrontierAssetsError as error:
        result = type(error), str(error), vars(error)
    (folder / "partial").write_bytes(pickle.dumps(result))
    (folder / "partial").replace(folder / "result")


def _end_with_parent() -> None:
    """End this process with all its children when the one that started it has ended."""
    os.read(0, 1)  # returns when nobody holds the other end any more
    os.killpg(0, signal.SIGKILL)


def _watch(process: "subprocess.Popen[bytes]", limits: Limits) -> str:
    """Wait for the end; return which limit was reached first, if any, and the remedy."""
    end = time.monotonic() + limits.time_s
    while not _has_ended(process.pid):
        if time.monotonic() > end:
            return (
                f"it took longer than {limits.time_s:g} s and was ended; raise "
                "`conversions[].time_limit_s`"
            )
        used = _memory(process.pid)
        if used > limits.memory_gib * _GIB:
            return (
                f"it used {used / _GIB:.2f} GiB of memory, allowed {limits.memory_gib:g}, and was "
                "ended; raise `conversions[].memory_limit_gib`"
            )
        time.sleep(_INTERVAL_S)
    return ""


def _has_ended(pid: int) -> bool:
    """Tell whether the process has ended; it is not collected, so that its group stays its own."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _memory(pid: int) -> int:
    """Return the resident bytes of a process and its children; what has ended has none."""
    used = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        main = psutil.Process(pid)
        for member in [main, *main.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                used += member.memory_info().rss
    return used


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End all that the process has started, and itself; a crash and an interruption come here."""
    # Once it is collected, its number may be another's.
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _crash(status: int, log: Path) -> str:
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    said = " | ".join(lines[-_LAST_LINES:]) or "nothing"
    return f"its process ended with {how}; its last output: {said}"


def _error(kind: type[FrontierAssetsError], message: str, facts: dict[str, object]) -> Exception:
    """Return an error as it was raised in the process; its own constructor takes other things."""
    error = kind.__new__(kind, message)
    error.args = (message,)
    vars(error).update(facts)
    return error
