"""Scikit-learn, XGBoost and LightGBM models to ONNX.

The foreign converters see one float table, or the columns where the model picks them by name.
"""

import contextlib
import io
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.conversion.dressing import dressed
from frontier_assets.conversion.graph import MEMBER, OPSET, check_graph, sample_of
from frontier_assets.conversion.parity import prove
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.lightgbm_booster import LightGBMPredictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.predictors.sklearn_estimator import SklearnPredictor
from frontier_assets.predictors.tabular import TabularPredictor
from frontier_assets.predictors.xgboost_booster import XGBoostPredictor
from frontier_assets.types import Outcome

_TABLE = "table"
_ML_OPSET = 3
_FOREIGN_OPSET = 15  # the newest that onnxmltools writes
_PROOF_ROWS = 256
# What the foreign converters raise for models that they do not know.
_REFUSALS = (RuntimeError, NotImplementedError, ValueError, TypeError, LookupError, AttributeError)

# The foreign graph for inputs like these.
Foreign = Callable[[Mapping[str, Array]], Any]


def convert_sklearn(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of an estimator or a pipeline into ``folder``, by skl2onnx."""
    if not isinstance(original, SklearnPredictor):
        raise _no_model(ref, "scikit-learn estimator")
    model, outputs = original.model, original.outputs

    def foreign(sample: Mapping[str, Array], *, double: bool) -> Any:  # noqa: ANN401 - onnx has no types
        from skl2onnx import convert_sklearn as convert
        from sklearn.base import is_classifier

        options = {id(model): {"zipmap": False}} if is_classifier(model) else {}
        if outputs == "logits":
            last = model.steps[-1][1] if hasattr(model, "steps") else model
            options[id(last)] = {"zipmap": False, "raw_scores": True}
        return convert(
            model,
            initial_types=_sklearn_inputs(model, sample, double=double),
            options=options,
            target_opset={"": OPSET, "ai.onnx.ml": _ML_OPSET},
        )

    single, double = partial(foreign, double=False), partial(foreign, double=True)
    return _convert(ref, original, dataset, folder, single, double=double)


def _sklearn_inputs(
    model: Any,  # noqa: ANN401 - no types
    sample: Mapping[str, Array],
    *,
    double: bool,
) -> list[tuple[str, Any]]:
    """Return the inputs' names and types: each column where a `ColumnTransformer` picks them."""
    from skl2onnx.common import data_types
    from sklearn.compose import ColumnTransformer

    number = data_types.DoubleTensorType if double else data_types.FloatTensorType
    parts = [part for _, part in model.steps] if hasattr(model, "steps") else [model]
    if len(sample) == 1 or not any(isinstance(part, ColumnTransformer) for part in parts):
        return [(_TABLE, number([None, _width(sample)]))]
    kinds = {"U": data_types.StringTensorType, "f": number}
    return [
        (name, kinds.get(array.dtype.kind, data_types.Int64TensorType)([None, 1]))
        for name, array in sample.items()
    ]


def convert_xgboost(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of a booster or a wrapper into ``folder``, by onnxmltools."""
    if not isinstance(original, XGBoostPredictor):
        raise _no_model(ref, "XGBoost model")
    _refuse_logits(ref, original)

    def foreign(sample: Mapping[str, Array]) -> Any:  # noqa: ANN401 - onnx has no types
        from onnxmltools import convert_xgboost as convert

        kinds = _floats(sample)
        return convert(original.model, initial_types=kinds, target_opset=_FOREIGN_OPSET)

    return _convert(ref, original, dataset, folder, foreign)


def convert_lightgbm(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of a booster into ``folder``, by onnxmltools."""
    if not isinstance(original, LightGBMPredictor):
        raise _no_model(ref, "LightGBM booster")
    _refuse_logits(ref, original)

    def foreign(sample: Mapping[str, Array]) -> Any:  # noqa: ANN401 - onnx has no types
        from onnxmltools import convert_lightgbm as convert

        kinds = _floats(sample)
        return convert(
            original.booster, initial_types=kinds, target_opset=_FOREIGN_OPSET, zipmap=False
        )

    return _convert(ref, original, dataset, folder, foreign)


def _convert(
    ref: str,
    original: TabularPredictor,
    dataset: Dataset,
    folder: Path,
    single: Foreign,
    *,
    double: Foreign | None = None,
) -> Mapping[str, Path]:
    """Write the graph that ``single`` gives in float32, or ``double``, where there is one."""
    sample = sample_of(original, dataset)
    path = folder / MEMBER
    path.write_bytes(_model(ref, original, dataset, sample, single=single, double=double))
    check_graph(ref, path, original.inputs, sample, opset=None)
    return {MEMBER: path}


def _model(
    ref: str,
    original: TabularPredictor,
    dataset: Dataset,
    sample: Mapping[str, Array],
    *,
    single: Foreign,
    double: Foreign | None,
) -> bytes:
    """Return the file's bytes; in float64 where the inputs are and the result predicts the same.

    Not every converter and not every operator of ONNX Runtime knows float64, and some trees keep
    thresholds of float32 beside values of float64.
    """
    if double is not None and any(array.dtype == np.float64 for array in sample.values()):
        with contextlib.suppress(ConversionError, InvalidValueError):
            graph = _foreign_graph(ref, original, sample, double)
            content = dressed(ref, original, sample, graph)
            proof = prove(original, OnnxPredictor(content), dataset, batch_sizes=[_PROOF_ROWS])
            if proof.outcome is Outcome.PASSED:
                return content
    graph = _foreign_graph(ref, original, sample, single)
    return dressed(ref, original, sample, graph)


def _width(sample: Mapping[str, Array]) -> int:
    return sum(math.prod(array.shape[1:]) for array in sample.values())


def _floats(sample: Mapping[str, Array]) -> list[Any]:
    from onnxmltools.convert.common import data_types

    return [(_TABLE, data_types.FloatTensorType([None, _width(sample)]))]


def _refuse_logits(ref: str, original: TabularPredictor) -> None:
    if original.outputs == "logits":
        raise ConversionError(
            ref,
            "onnx",
            f"a converted {original.source} gives probabilities and no logits; write "
            "`architecture.outputs: probabilities`",
        )


def _foreign_graph(
    ref: str, original: TabularPredictor, sample: Mapping[str, Array], foreign: Foreign
) -> Any:  # noqa: ANN401 - onnx has no types
    try:
        with _quiet():
            return foreign(sample)
    except _REFUSALS as error:
        problem = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise ConversionError(
            ref, "onnx", f"no converter takes a {original.source} ({problem})"
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the converters say about themselves."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def _no_model(ref: str, expected: str) -> ConversionError:
    return ConversionError(ref, "onnx", f"it is no {expected}; register one")
