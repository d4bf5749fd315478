"""The table of formats that can predict, each with its predictor."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.predictor import Predictor

FORMATS: Mapping[str, str] = {
    "pytorch": "frontier_assets.predictors.pytorch:PyTorchPredictor",
    "onnx": "frontier_assets.predictors.onnx:OnnxPredictor",
    "openvino": "frontier_assets.predictors.intermediate:OpenVINOPredictor",
    "exported": "frontier_assets.predictors.program:ExportedPredictor",
    "sklearn": "frontier_assets.predictors.sklearn_estimator:SklearnPredictor",
    "xgboost": "frontier_assets.predictors.xgboost_booster:XGBoostPredictor",
    "lightgbm": "frontier_assets.predictors.lightgbm_booster:LightGBMPredictor",
    "custom": "frontier_assets.predictors.custom:CustomPredictor",
}


def load_predictor(name: str, **parts: Any) -> Predictor:  # noqa: ANN401 - one set per format
    """Return the predictor of the format ``name``, made from its constructor's ``parts``."""
    if name not in FORMATS:
        raise InvalidValueError("Format", name, f"expected one of {', '.join(FORMATS)}")
    module, _, attribute = FORMATS[name].partition(":")
    make: Callable[..., Predictor] = getattr(importlib.import_module(module), attribute)
    return make(**parts)
