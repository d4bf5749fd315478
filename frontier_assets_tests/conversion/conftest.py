"""One briefly trained digits network and what is made of it, for all conversion tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from frontier_assets.conversion.calibration import calibration_rows
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests.conversion.converted import REF, Files
from frontier_assets_tests.conversion.zoo.specimen import Specimen
from frontier_assets_tests.recorded_run import RecordedRun

PARAMETERS = {"epochs": 1, "learning_rate": 0.002, "batch_size": 32, "width": 16, "noise": 0.1}


@pytest.fixture(scope="session")
def holdout() -> Dataset:
    return digits.holdout()


@pytest.fixture(scope="session")
def original() -> PyTorchPredictor:
    run = RecordedRun(digits.train_set(), PARAMETERS)
    digits.train(run.typed())
    return PyTorchPredictor(
        entrypoint=f"{digits.__name__}:build",
        parameters=PARAMETERS,
        inputs={"image": ["batch", 1, 8, 8]},
        state=run.states[-1]["model"],
    )


@pytest.fixture(scope="session")
def exported(
    original: PyTorchPredictor, holdout: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    return convert("onnx", REF, original, holdout, folder)["model.onnx"]


@pytest.fixture(scope="session")
def calibration(holdout: Dataset) -> Dataset:
    return calibration_rows(REF, "onnx_int8", digits.train_set(), holdout)


@pytest.fixture(scope="session")
def made(
    original: PyTorchPredictor,
    exported: Path,
    holdout: Dataset,
    calibration: Dataset,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Files]:
    known: dict[str, Files] = {"onnx": {exported.name: exported}}

    def make(target: str) -> Files:
        if target == "openvino":
            pytest.importorskip("openvino", reason="the extra openvino is not installed")
        if target not in known:
            known[target] = convert(
                target,
                REF,
                original,
                holdout,
                tmp_path_factory.mktemp(target),
                parent=exported,
                calibration=calibration,
            )
        return known[target]

    return make


@pytest.fixture(scope="session")
def specimen(original: PyTorchPredictor, holdout: Dataset) -> Specimen:
    return Specimen("pytorch", original, digits.train_set(), holdout, "logits")
