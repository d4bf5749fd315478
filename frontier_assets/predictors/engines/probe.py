"""Whether a flavour of TensorRT works on this machine, and what is missing otherwise."""

import dataclasses
import enum
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.errors import EngineUnavailableError, InvalidValueError
from frontier_assets.predictors.packages import outdated

_LOOKING = Path(__file__).with_name("looking.py")
_TIME_S = 120  # the driver of a machine with many GPUs takes seconds
_LAST = 300


class EngineState(enum.StrEnum):
    """What was found first of all that stands in the way, or that nothing does."""

    NO_PACKAGE = "no_package"
    LIBS_MISSING = "libs_missing"
    NO_DRIVER = "no_driver"
    NO_GPU = "no_gpu"
    UNSUPPORTED_ARCHITECTURE = "unsupported_architecture"
    OK = "ok"


@dataclasses.dataclass(frozen=True, slots=True)
class Flavour:
    """A product of NVIDIA's with TensorRT's interface: the ``package`` and our ``extra`` for it.

    ``note`` says where that can be had. One that ``builds_anywhere`` needs a GPU to run engines
    and none to build them.
    """

    package: str
    extra: str
    note: str
    builds_anywhere: bool = False


FLAVOURS: Mapping[str, Flavour] = {
    flavour.package: flavour
    for flavour in (
        Flavour(
            "tensorrt",
            extra="tensorrt",
            note="it comes from NVIDIA's own index",
        ),
        Flavour(
            "tensorrt_rtx",
            extra="tensorrt-rtx",
            note="there are wheels for Linux on x86-64",
            builds_anywhere=True,
        ),
    )
}
_DRIVER = "run it where NVIDIA's driver and a GPU are, in a container with `--gpus all`"
_REMEDIES: Mapping[EngineState, str] = {
    EngineState.NO_DRIVER: _DRIVER,
    EngineState.NO_GPU: _DRIVER,
    EngineState.UNSUPPORTED_ARCHITECTURE: "run it on a GPU that it supports, or choose the other "
    "flavour of TensorRT",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Probe:
    """What was found: the ``state``, its ``problem``, and as much as there is of the rest.

    ``driver`` is the newest CUDA version that the driver runs.
    """

    flavour: str
    state: EngineState
    problem: str = ""
    version: str = ""
    driver: str = ""
    gpu: str = ""
    compute_capability: str = ""

    @property
    def remedy(self) -> str:
        """What to do about the problem."""
        flavour = FLAVOURS[self.flavour]
        install = f"pip install 'frontier_assets[{flavour.extra}]' ({flavour.note})"
        return _REMEDIES.get(self.state, install)

    def require_building(self) -> None:
        """Raise `EngineUnavailableError` where no engine can be built."""
        missing = (EngineState.NO_PACKAGE, EngineState.LIBS_MISSING)
        if self.state in missing or not FLAVOURS[self.flavour].builds_anywhere:
            self.require_running()

    def require_running(self) -> None:
        """Raise `EngineUnavailableError` where no engine can be run."""
        if self.state is not EngineState.OK:
            raise EngineUnavailableError(self.flavour, self.state, self.problem, self.remedy)


def probe(flavour: str) -> Probe:
    """Look for a flavour in a process of its own, which an import or a driver may crash."""
    if flavour not in FLAVOURS:
        raise InvalidValueError("Flavour", flavour, f"expected one of {', '.join(FLAVOURS)}")
    try:
        process = subprocess.run(
            [sys.executable, "-P", str(_LOOKING), flavour],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=_TIME_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problem = f"looking for '{flavour}' took longer than {_TIME_S} s"
        return Probe(flavour, EngineState.LIBS_MISSING, problem)
    if process.returncode != 0:
        return Probe(flavour, EngineState.LIBS_MISSING, _crash(flavour, process))
    found = json.loads(process.stdout.splitlines()[-1])
    made = Probe(flavour, **{**found, "state": EngineState(found["state"])})
    asked = outdated(flavour, made.version, extra=FLAVOURS[flavour].extra) if made.version else ""
    if asked:
        problem = f"'{asked}' is needed, and {made.version} is installed"
        return dataclasses.replace(made, state=EngineState.NO_PACKAGE, problem=problem)
    return made


def _crash(flavour: str, process: "subprocess.CompletedProcess[str]") -> str:
    status = process.returncode
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    said = " ".join(process.stderr.split())[-_LAST:] or "nothing"
    return f"importing '{flavour}' ended with {how}; its last output: {said}"
