"""A conversion whose parent is killed ends with it."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from frontier_assets.conversion.apart import Limits, convert_apart
from frontier_assets_tests.conversion.test_apart import Unpickled, task


def convert_for_ever(folder: str) -> None:
    """Called in the process that the test kills."""
    convert_apart(task(Unpickled("sleep")), Path(folder), Limits(time_s=600, memory_gib=8))


def busy(parent: int, log: Path) -> psutil.Process:
    """Return the conversion's process as soon as it is at work."""
    end = time.monotonic() + 120
    while not (log.exists() and "asleep" in log.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)
    (found,) = psutil.Process(parent).children()
    return found


def ended(process: psutil.Process) -> bool:
    # An orphan stays a zombie where nothing collects it.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_conversion_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = f"import sys; from {__name__} import convert_for_ever; convert_for_ever(sys.argv[1])"
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
    conversion = busy(parent.pid, tmp_path / "log")
    try:
        parent.kill()
        parent.wait()
        end = time.monotonic() + 60
        while not ended(conversion) and time.monotonic() < end:
            time.sleep(0.05)
        assert ended(conversion)
    finally:
        conversion.kill()
