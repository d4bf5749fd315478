"""Small fitted models of each tabular framework, and estimators and predictors of one's own."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets import Dataset

HERE = "frontier_assets_tests.tabular"
Array = np.ndarray[Any, Any]


def points(rows: int = 200, *, dtype: str = "float64") -> Array:
    return np.random.default_rng(0).normal(size=(rows, 4)).astype(dtype)


def classes(x: Array, count: int = 2) -> Array:
    """Return a class per row that depends on two of the columns."""
    first = (x[:, 0] + 0.5 * x[:, 1] > 0).astype(np.int64)
    return first if count == 2 else first + (x[:, 2] > 0)


def amounts(x: Array) -> Array:
    return np.asarray(3.0 * x[:, 0] - x[:, 1] ** 2 + 10.0)


def pipeline(*, dtype: str = "float64", count: int = 2) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = points(dtype=dtype)
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(x, classes(x, count))


def forest(*, dtype: str = "float64") -> Any:
    from sklearn.ensemble import RandomForestClassifier

    x = points(dtype=dtype)
    return RandomForestClassifier(5, random_state=0, n_jobs=1).fit(x, classes(x, 3))


def xgboost_classifier(*, dtype: str = "float64", count: int = 2) -> Any:
    from xgboost import XGBClassifier

    x = points(dtype=dtype)
    return XGBClassifier(n_estimators=5, n_jobs=1, random_state=0).fit(x, classes(x, count))


def lightgbm_classifier(*, dtype: str = "float64", count: int = 2) -> Any:
    from lightgbm import LGBMClassifier

    x = points(dtype=dtype)
    made = LGBMClassifier(n_estimators=5, n_jobs=1, random_state=0, verbose=-1)
    return made.fit(x, classes(x, count))


def graph() -> Any:
    """Return an ONNX model that doubles its input ``x`` (batch, 4)."""
    import onnx

    helper, double = onnx.helper, onnx.TensorProto.DOUBLE
    two = helper.make_tensor("two", double, [1], [2.0])
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("Mul", ["x", "two"], ["y"])],
            "double",
            [helper.make_tensor_value_info("x", double, ["batch", 4])],
            [helper.make_tensor_value_info("y", double, ["batch", 4])],
            [two],
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )


def scaler(factor: float = 2.0) -> Any:
    """Return an estimator of a class of this module."""
    from frontier_assets_tests.own_estimator import Multiply

    return Multiply(factor)


class Doubling:
    """Predicts twice the sum of each row; a model of no framework."""

    def predict(self, sample: Array) -> Array:
        return np.asarray(2 * sample.sum(axis=1))

    @override
    def __eq__(self, other: object) -> bool:
        return type(other) is Doubling

    __hash__ = object.__hash__


def total(sample: Array) -> Array:
    return np.asarray(sample.sum(axis=1))


def holdout() -> Dataset:
    x = points(60)
    return Dataset(inputs={"x": x}, targets=classes(x))


def sums() -> Dataset:
    x = points(60)
    return Dataset(inputs={"x": x}, targets=x.sum(axis=1))


def from_bytes(content: Mapping[str, bytes], *, factor: float = 1.0) -> Any:
    """Build a predictor around the one file of a version: a number to multiply the sums by."""
    (text,) = content.values()

    def predict(inputs: Mapping[str, Array]) -> Array:
        return np.asarray(factor * float(text) * inputs["x"].sum(axis=1))

    return predict


def from_state(state: Any) -> Any:
    return Doubling() if state is None else lambda inputs: inputs["x"] @ state["weights"]


def no_predictor(_: Any) -> int:
    return 3


def as_text(_: Any) -> Any:
    return lambda inputs: ["many"] * len(inputs["x"])


def spoken() -> Dataset:
    return Dataset(inputs={"x": points(60)}, targets=np.array(["many", "very many"] * 30))


def too_few(_: Any) -> Any:
    return lambda _: np.zeros(1)


def failing(_: Any) -> Any:
    def predict(inputs: Mapping[str, Array]) -> Array:
        raise RuntimeError("no such column")

    return predict


def words() -> Any:
    """Return an estimator with a set of texts, which Python orders by chance."""
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer(kw_args={"words": {"the", "a", "of", "and", "to"}})


def linear(*, classes: int = 2) -> Any:
    """Return a network of one layer, the same in every process."""
    import torch

    torch.manual_seed(0)
    return torch.nn.Linear(4, classes)
