"""Models that pick columns by name as ONNX files: several inputs, numbers and texts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.conversion.parity import prove
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.types import Outcome

ROWS = 60
RANDOM = np.random.default_rng(0)
NUMBERS = {
    "age": RANDOM.uniform(1, 80, (ROWS, 1)).astype(np.float32),
    "fare": RANDOM.gamma(2, 20, (ROWS, 1)).astype(np.float32),
}
PORT = RANDOM.choice(np.array(["cherbourg", "cobh", "southampton"]), (ROWS, 1))
CLASS = RANDOM.integers(1, 4, (ROWS, 1))


def passengers(inputs: dict[str, Any], *, scaled: list[str], encoded: list[str]) -> Predictor:
    """Return a pipeline that scales some columns and encodes others, fitted on a DataFrame."""
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pd.DataFrame({name: array[:, 0] for name, array in inputs.items()})
    columns = ColumnTransformer(
        [("scaled", StandardScaler(), scaled), ("encoded", OneHotEncoder(), encoded)]
    )
    model = make_pipeline(columns, LogisticRegression())
    return load_predictor(
        "sklearn",
        model=model.fit(table, NUMBERS["age"][:, 0] < 30),
        inputs={name: ["batch", 1] for name in inputs},
        outputs="labels",
    )


@pytest.mark.parametrize(
    ("inputs", "encoded"),
    [
        (NUMBERS, []),
        ({**NUMBERS, "port": PORT}, ["port"]),
        ({**NUMBERS, "class": CLASS}, ["class"]),
        ({**NUMBERS, "class": CLASS, "port": PORT}, ["port", "class"]),
    ],
    ids=["numbers", "texts", "whole numbers", "all of them"],
)
def test_a_model_that_picks_columns_passes_parity(
    inputs: dict[str, Any], encoded: list[str], tmp_path: Path
) -> None:
    original = passengers(inputs, scaled=["fare", "age"], encoded=encoded)
    data = Dataset(inputs=inputs, targets=np.zeros(ROWS))
    files = convert("onnx", "m@1.0.0", original, data, tmp_path, framework="sklearn")
    found = OnnxPredictor(files["model.onnx"])
    proof = prove(original, found, data)
    assert proof.outcome is Outcome.PASSED, proof.detail
    assert found.inputs == dict.fromkeys(inputs, ("batch", 1))


def test_a_number_where_the_file_wants_a_text_is_refused(tmp_path: Path) -> None:
    inputs = {**NUMBERS, "port": PORT}
    original = passengers(inputs, scaled=["age", "fare"], encoded=["port"])
    data = Dataset(inputs=inputs, targets=np.zeros(ROWS))
    files = convert("onnx", "m@1.0.0", original, data, tmp_path, framework="sklearn")
    with pytest.raises(InvalidValueError, match=r"Input 'port' .* 'float32' .*expected str"):
        OnnxPredictor(files["model.onnx"]).predict({**inputs, "port": NUMBERS["age"]})


def test_columns_that_no_converter_joins_are_one_conversion_error(tmp_path: Path) -> None:
    inputs = {**NUMBERS, "port": PORT}
    original = passengers(inputs, scaled=["age"], encoded=["port"])
    inputs["fare"] = inputs["fare"].astype(np.complex64)
    data = Dataset(inputs=inputs, targets=np.zeros(ROWS))
    with pytest.raises(ConversionError, match=r"m@1\.0\.0 to onnx"):
        convert("onnx", "m@1.0.0", original, data, tmp_path, framework="sklearn")
