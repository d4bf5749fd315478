"""Conversions in processes of their own: what a crash, a limit and a refusal come to."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from typing_extensions import override

from frontier_assets.conversion.apart import Limits, Task, convert_apart
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Array
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests import networks

ROWS = Dataset(inputs={"x": np.ones((4, 3), np.float32)}, targets=np.zeros(4))
WIDE = Limits(time_s=120, memory_gib=8)


class Unpickled(BatchedPredictor):
    """Does ``deed`` as soon as the other process reads it."""

    def __init__(self, deed: str) -> None:
        super().__init__("deed", {"x": ("batch", 3)})
        self.deed = deed

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return do, (self.deed,)

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        return batch["x"]


def do(deed: str) -> None:
    if deed == "crash":
        sys.stderr.write("the converter's last words\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGSEGV)
    elif deed == "leave":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        sys.stderr.write(f"{child.pid}\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGSEGV)
    elif deed == "sleep":
        sys.stderr.write("asleep\n")
        sys.stderr.flush()
        time.sleep(600)
    else:
        held = bytearray(b"x" * 2**30)
        time.sleep(600)
        del held


def task(original: Any, dataset: Dataset = ROWS) -> Task:
    return Task("onnx", "m@1.0.0", original, dataset, "pytorch", None, None)


def network(name: str = "linear") -> PyTorchPredictor:
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters={},
        inputs={"x": ("batch", 3)},
        state=getattr(networks, name)().state_dict(),
    )


def test_it_makes_what_the_same_process_would(tmp_path: Path) -> None:
    original = network()
    files = convert_apart(task(original), tmp_path, WIDE)
    found = OnnxPredictor(files["model.onnx"]).predict(ROWS.inputs)
    np.testing.assert_allclose(found, original.predict(ROWS.inputs), atol=1e-5)


@pytest.mark.parametrize(
    ("deed", "limits", "says"),
    [
        ("crash", WIDE, r"ended with signal SIGSEGV; its last output: the converter's last words"),
        ("sleep", Limits(3, 8), r"longer than 3 s .* raise `conversions\[\].time_limit_s`"),
        ("grow", Limits(120, 0.75), r"GiB of memory, allowed 0\.75.*`.*memory_limit_gib`"),
    ],
)
def test_a_crash_and_a_limit_are_failed_conversions(
    deed: str, limits: Limits, says: str, tmp_path: Path
) -> None:
    with pytest.raises(ConversionError, match=says):
        convert_apart(task(Unpickled(deed)), tmp_path, limits)


def test_nothing_that_a_crashed_conversion_has_started_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="signal SIGSEGV"):
        convert_apart(task(Unpickled("leave")), tmp_path, WIDE)
    left = int((tmp_path / "log").read_text().splitlines()[0])
    with contextlib.suppress(psutil.NoSuchProcess):
        # An orphan stays a zombie where nothing collects it.
        psutil.wait_procs([psutil.Process(left)], timeout=10)
        assert psutil.Process(left).status() == psutil.STATUS_ZOMBIE


def test_a_refusal_arrives_as_it_was_raised(tmp_path: Path) -> None:
    other = Dataset(inputs={"y": ROWS.inputs["x"]}, targets=np.zeros(4))
    with pytest.raises(InvalidValueError, match=r"Input names of .*expected \['x'\]") as caught:
        convert_apart(task(network(), other), tmp_path, WIDE)
    assert caught.value.value == ["y"]
