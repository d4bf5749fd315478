from pathlib import Path

import numpy as np
import pytest

from frontier_assets.conversion.calibration import calibration_rows
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError
from frontier_assets_tests.conversion.converted import OTHERS, ROWS, linear


@pytest.mark.parametrize("target", ["onnx_int8", "onnx_int8_trt"])
def test_int8_without_calibration_data_is_refused_with_the_key_to_write(
    target: str, tmp_path: Path
) -> None:
    with pytest.raises(ConversionError, match="no calibration data: write `calibration: DATASET`"):
        convert(target, "m@1.0.0", linear(), ROWS, tmp_path)


def test_calibration_on_judging_examples_is_refused() -> None:
    mixed = Dataset(
        inputs={"x": np.concatenate([OTHERS.inputs["x"], ROWS.inputs["x"][:1]])},
        targets=np.zeros(5),
    )
    with pytest.raises(ConversionError, match="1 of 5 calibration examples are in the data set"):
        calibration_rows("m@1.0.0", "onnx_int8", mixed, ROWS)


def test_calibration_examples_are_the_same_every_time() -> None:
    many = Dataset(
        inputs={"x": np.arange(3000, dtype=np.float32).reshape(1000, 3)}, targets=np.zeros(1000)
    )
    first, second = (calibration_rows("m@1.0.0", "onnx_int8", many, ROWS) for _ in range(2))
    assert len(first) == 256
    assert first.digest() == second.digest()
