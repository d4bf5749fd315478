"""Tabular models as ONNX files that predict the same, and those that have none."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blake3 import blake3

from frontier_assets.conversion.parity import prove
from frontier_assets.conversion.targets import convert
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.specification import Framework, Outputs
from frontier_assets.types import Outcome
from frontier_assets_tests import tabular

ROWS = 300


def sklearn(name: str, *, targets: str = "classes", count: int = 2, **options: Any) -> Any:
    """Return a maker that fits the estimator ``module.Class`` of scikit-learn."""
    module, _, kind = name.rpartition(".")

    def make(x: tabular.Array) -> Any:
        import importlib

        made = getattr(importlib.import_module(f"sklearn.{module}"), kind)(**options)
        y = tabular.classes(x, count) if targets == "classes" else tabular.amounts(x)
        return made.fit(x, y)

    return make


def booster(package: str, name: str, *, count: int = 0, **options: Any) -> Any:
    def make(x: tabular.Array) -> Any:
        import importlib

        made = getattr(importlib.import_module(package), name)(
            n_estimators=10, n_jobs=1, random_state=0, **options
        )
        made.fit(x, tabular.classes(x, count) if count else tabular.amounts(x))
        return getattr(made, "booster_", made)

    return make


def pipeline(count: int) -> Any:
    return lambda x: tabular.pipeline(dtype=x.dtype.name, count=count)


TREES: dict[str, Any] = {"n_estimators": 10, "random_state": 0}
QUIET: dict[str, Any] = {"verbose": -1}
Case = tuple[Framework, Callable[[tabular.Array], Any], Outputs]
CASES: dict[str, Case] = {
    "pipeline of two classes": ("sklearn", pipeline(2), "probabilities"),
    "pipeline of three classes": ("sklearn", pipeline(3), "probabilities"),
    "pipeline, labels": ("sklearn", pipeline(3), "labels"),
    "pipeline, one logit": ("sklearn", pipeline(2), "logits"),
    "pipeline, three logits": ("sklearn", pipeline(3), "logits"),
    "forest": ("sklearn", sklearn("ensemble.RandomForestClassifier", **TREES), "probabilities"),
    "gradient boosting": (
        "sklearn",
        sklearn("ensemble.GradientBoostingClassifier", count=3, **TREES),
        "probabilities",
    ),
    "histogram boosting": (
        "sklearn",
        sklearn("ensemble.HistGradientBoostingClassifier", max_iter=5),
        "probabilities",
    ),
    "linear regression": (
        "sklearn",
        sklearn("linear_model.LinearRegression", targets="amounts"),
        "values",
    ),
    "clusters": (
        "sklearn",
        sklearn("cluster.KMeans", n_clusters=3, n_init=1, random_state=0),
        "labels",
    ),
    "xgboost, two classes": (
        "xgboost",
        booster("xgboost", "XGBClassifier", count=2),
        "probabilities",
    ),
    "xgboost, three classes": (
        "xgboost",
        booster("xgboost", "XGBClassifier", count=3),
        "probabilities",
    ),
    "xgboost, labels": ("xgboost", booster("xgboost", "XGBClassifier", count=3), "labels"),
    "xgboost, values": ("xgboost", booster("xgboost", "XGBRegressor"), "values"),
    "lightgbm, two classes": (
        "lightgbm",
        booster("lightgbm", "LGBMClassifier", count=2, **QUIET),
        "probabilities",
    ),
    "lightgbm, three classes": (
        "lightgbm",
        booster("lightgbm", "LGBMClassifier", count=3, **QUIET),
        "probabilities",
    ),
    "lightgbm, labels": (
        "lightgbm",
        booster("lightgbm", "LGBMClassifier", count=2, **QUIET),
        "labels",
    ),
    "lightgbm, values": ("lightgbm", booster("lightgbm", "LGBMRegressor", **QUIET), "values"),
}


def predictor_of(case: Case, x: tabular.Array) -> Predictor:
    framework, make, outputs = case
    return load_predictor(framework, model=make(x), inputs={"x": ["rows", 4]}, outputs=outputs)


def converted(case: Case, folder: Path, dtype: str = "float64") -> tuple[Predictor, Dataset, Path]:
    x = tabular.points(ROWS, dtype=dtype)
    original, data = predictor_of(case, x), Dataset(inputs={"x": x}, targets=np.zeros(ROWS))
    files = convert("onnx", "m@1.0.0", original, data, folder, framework=case[0])
    return original, data, files["model.onnx"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
def test_a_converted_model_passes_parity_with_names_dtypes_and_shapes(
    name: str, dtype: str, tmp_path: Path
) -> None:
    original, data, path = converted(CASES[name], tmp_path, dtype)
    found = OnnxPredictor(path)
    proof = prove(original, found, data)
    assert proof.outcome is Outcome.PASSED, proof.detail
    assert found.inputs == {"x": ("rows", 4)}
    assert found.predict(data.inputs).dtype == original.predict(data.inputs).dtype


def test_the_one_output_has_a_fixed_name_and_the_free_dimension_its_word(tmp_path: Path) -> None:
    import onnx

    _, _, path = converted(CASES["forest"], tmp_path)
    (output,) = onnx.load(path).graph.output
    assert output.name == "output"
    assert [size.dim_param or size.dim_value for size in output.type.tensor_type.shape.dim] == [
        "rows",
        2,
    ]


def test_several_inputs_are_the_columns_of_the_model(tmp_path: Path) -> None:
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    x = tabular.points(ROWS)
    frame = pd.DataFrame({"width": x[:, 0], "age": x[:, 1]})
    model = LinearRegression().fit(frame, tabular.amounts(x))
    inputs = {"age": x[:, 1:2].astype(np.float32), "width": x[:, :1]}
    original = load_predictor(
        "sklearn",
        model=model,
        inputs={"age": ["batch", 1], "width": ["batch", 1]},
        outputs="values",
    )
    data = Dataset(inputs=inputs, targets=np.zeros(ROWS))
    path = convert("onnx", "m@1.0.0", original, data, tmp_path, framework="sklearn")["model.onnx"]
    proof = prove(original, OnnxPredictor(path), data)
    assert proof.outcome is Outcome.PASSED, proof.detail


def test_an_estimator_without_a_converter_is_refused_by_name(tmp_path: Path) -> None:
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline

    def make(x: tabular.Array) -> Any:
        return make_pipeline(tabular.scaler(), KNeighborsClassifier()).fit(x, tabular.classes(x))

    with pytest.raises(
        ConversionError, match=r"no converter takes a sklearn\.pipeline\.Pipeline.*Mul"
    ):
        converted(("sklearn", make, "probabilities"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["xgboost, two classes", "lightgbm, two classes"])
def test_logits_of_a_booster_are_refused_with_what_to_write(name: str, tmp_path: Path) -> None:
    framework, make, _ = CASES[name]
    with pytest.raises(ConversionError, match=r"write `architecture\.outputs: prob"):
        converted((framework, make, "logits"), tmp_path)


@pytest.mark.parametrize("framework", ["sklearn", "xgboost", "lightgbm"])
def test_another_kind_of_model_is_refused(framework: Framework, tmp_path: Path) -> None:
    graph = OnnxPredictor(tabular.graph().SerializeToString())
    data = Dataset(inputs={"x": tabular.points(4)}, targets=np.zeros(4))
    with pytest.raises(ConversionError, match=r"it is no .*; register one"):
        convert("onnx", "m@1.0.0", graph, data, tmp_path, framework=framework)


REPEATED = ["pipeline of two classes", "forest", "xgboost, two classes", "lightgbm, values"]


def file_digests(folder: Path) -> list[str]:
    """Convert each of `REPEATED` and return the digests of the files."""
    files = (converted(CASES[name], folder)[2] for name in REPEATED)
    return [blake3(path.read_bytes()).hexdigest() for path in files]


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "from frontier_assets_tests.conversion.test_tabular import *\n"
        f"print(*file_digests(Path({str(tmp_path)!r})))"
    )
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin"},
    )
    assert found.stdout.split() == file_digests(tmp_path)
