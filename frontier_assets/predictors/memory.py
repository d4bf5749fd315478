"""The memory that serving takes: a process of its own loads a model and predicts with it."""

import os
import pickle
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.benchmark import THREADS
from frontier_assets.predictors.predictor import Array, Predictor

_CODE = "import sys; from frontier_assets.predictors.memory import work; work(sys.argv[1])"
_CALLS = 3
_TIME_LIMIT_S = 300
_STATUS = Path("/proc/self/status")


def peak_memory(make: Callable[[], Predictor], batch: Mapping[str, Array]) -> int:
    """Return the bytes that a process held at most which made a predictor and called it.

    Python and the model's runtime are in it, as they are in what serves it. ``make`` has to be
    picklable; it runs in the process.

    Raises:
        InvalidValueError: the process crashed or took longer than five minutes.
    """
    with tempfile.TemporaryDirectory(prefix="frontier-memory-") as folder:
        # Ours alone, in a folder of its own: this is no foreign pickle.
        path = Path(folder) / "task"
        path.write_bytes(pickle.dumps((make, dict(batch))))
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "OMP_NUM_THREADS": str(THREADS),
        }
        try:
            done = subprocess.run(
                [sys.executable, "-c", _CODE, str(path)],
                env=environment,
                capture_output=True,
                text=True,
                timeout=_TIME_LIMIT_S,
                check=True,
            )
        except subprocess.SubprocessError as error:
            said = str(getattr(error, "stderr", None) or "").strip().splitlines()
            raise InvalidValueError(
                "Memory of a predictor", " ".join(said[-1:]) or str(error), "its process failed"
            ) from error
    return int(done.stdout.splitlines()[-1])


def work(path: str) -> None:
    """Do what the task says and print this process's peak; called in the process."""
    make, batch = pickle.loads(Path(path).read_bytes())  # noqa: S301 - of `peak_memory`
    predictor: Predictor = make()
    for _ in range(_CALLS):
        predictor.predict(batch)
    sys.stdout.write(f"{peak_bytes()}\n")


def peak_bytes() -> int:
    """Return what this process held at most; Linux's own `ru_maxrss` counts its parent too."""
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text("ascii"))
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
