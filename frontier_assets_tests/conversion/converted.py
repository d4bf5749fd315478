"""Small networks to convert, and what tests ask of what was made of one."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests import networks

REF = "digits_classifier@1.0.0"
DERIVED = ("onnx_fp16", "onnx_int8", "onnx_int8_trt")
Files = Mapping[str, Path]

ROWS = Dataset(inputs={"x": np.ones((4, 3), np.float32)}, targets=np.zeros(4))
OTHERS = Dataset(inputs={"x": np.zeros((4, 3), np.float32)}, targets=np.zeros(4))


def linear(name: str = "linear") -> PyTorchPredictor:
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters={},
        inputs={"x": ("batch", 3)},
        state=getattr(networks, name)().state_dict(),
    )
