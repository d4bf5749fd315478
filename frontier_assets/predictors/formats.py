"""The table of formats that can predict, each with its predictor."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.predictor import Predictor

FORMATS: Mapping[str, str] = {
    "pytorch": "frontier_assets.predictors.pytorch:PyTorchPredictor",
    "onnx": "frontier_assets.predictors.onnx:OnnxPredictor",
    "openvino": "frontier_assets.predictors.intermediate:OpenVINOPredictor",
    "exported": "frontier_assets.predictors.program:ExportedPredictor",
    "tensorrt": "frontier_assets.predictors.engine:EnginePredictor",
    "sklearn": "frontier_assets.predictors.sklearn_estimator:SklearnPredictor",
    "xgboost": "frontier_assets.predictors.xgboost_booster:XGBoostPredictor",
    "lightgbm": "frontier_assets.predictors.lightgbm_booster:LightGBMPredictor",
    "tensorflow": "frontier_assets.predictors.keras_model:KerasPredictor",
    "custom": "frontier_assets.predictors.custom:CustomPredictor",
}


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs a format: its name, the device, and the package whose release its speed is of."""

    name: str
    device: str
    package: str


# Formats that are converted to; originals run in their own framework.
RUNTIMES: Mapping[str, Runtime] = {
    "onnx": Runtime("onnxruntime", "CPU", "onnxruntime"),
    "openvino": Runtime("openvino", "CPU", "openvino"),
    "exported": Runtime("pytorch", "CPU", "torch"),
}


def runtime_of(name: str) -> Runtime:
    """Return what runs the format ``name``."""
    if name not in RUNTIMES:
        raise InvalidValueError("Format", name, f"expected one of {', '.join(RUNTIMES)}")
    return RUNTIMES[name]


def load_predictor(name: str, **parts: Any) -> Predictor:  # noqa: ANN401 - one set per format
    """Return the predictor of the format ``name``, made from its constructor's ``parts``."""
    if name not in FORMATS:
        raise InvalidValueError("Format", name, f"expected one of {', '.join(FORMATS)}")
    module, _, attribute = FORMATS[name].partition(":")
    make: Callable[..., Predictor] = getattr(importlib.import_module(module), attribute)
    return make(**parts)
