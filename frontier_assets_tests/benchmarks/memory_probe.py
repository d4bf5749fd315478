"""A process that saves or loads a state once and prints the memory which that took besides.

Its arguments are the action, the URLs of registry and store, and the width of the state.
"""

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from frontier_assets.workspace import Workspace
from frontier_assets_tests.benchmarks import ours, states

ACTIONS = ("save", "load")
_WARM_UP_WIDTH = 8
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def main(action: str, registry: str, url: str, width: int) -> int:
    """Return the bytes at the peak beyond those before, and beyond the state that was loaded."""
    with Workspace.open(registry_url=registry, stores={"default": url}) as workspace:
        checkpoints = workspace.checkpoints
        # Once with a small state: imported modules and started threads belong to no save.
        warm_up = {"model": states.weights(_WARM_UP_WIDTH)}
        checkpoints.save("warm_up", run=action, step=1, state=warm_up)
        checkpoints.load("warm_up")
        if action == "load":
            return peak_bytes(lambda: checkpoints.load(ours.MODEL))
        state = {"model": states.weights(width)}
        return peak_bytes(lambda: checkpoints.save(ours.MODEL, run="r", step=1, state=state))


def peak_bytes(work: Callable[[], Any]) -> int:
    """Return the bytes that this process took for ``work`` at most, less a state it returns."""
    gc.collect()
    _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before = kibibytes("VmRSS")
    result = work()
    peak = kibibytes("VmHWM")
    loaded = states.size_bytes(result["model"]) if isinstance(result, dict) else 0
    return (peak - before) * 1024 - loaded


def kibibytes(field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))  # noqa: T201 - read by the parent
