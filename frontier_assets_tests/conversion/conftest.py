"""One briefly trained digits network and its ONNX file, for all conversion tests."""

from pathlib import Path

import pytest

from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests.recorded_run import RecordedRun

PARAMETERS = {"epochs": 1, "learning_rate": 0.002, "batch_size": 32, "width": 16}


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
    return convert("onnx", "digits_classifier@1.0.0", original, holdout, folder)["model.onnx"]
