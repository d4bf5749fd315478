"""Scikit-learn, XGBoost and LightGBM models to ONNX.

The foreign converters see one float table and name things as they like. Around what they make,
this puts the inputs that the original declares (cast, and joined where they are columns) and one
output, which has the original's dtype and shape. Bytes repeat: every name is fixed.
"""

import contextlib
import io
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.conversion.onnx import MEMBER, OPSET, OUTPUT, check_graph
from frontier_assets.conversion.parity import prove
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, InvalidValueError
from frontier_assets.predictors.lightgbm_booster import LightGBMPredictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.predictor import Array, Predictor, check_inputs
from frontier_assets.predictors.sklearn_estimator import SklearnPredictor
from frontier_assets.predictors.tabular import TabularPredictor
from frontier_assets.predictors.xgboost_booster import XGBoostPredictor
from frontier_assets.types import Outcome

_TABLE = "table"
_ML_OPSET = 3
_FOREIGN_OPSET = 15  # the newest that onnxmltools writes
_IR_VERSION = 8  # what every ONNX Runtime since 1.10 reads
_PRODUCER = "frontier_assets"
_SAMPLE_ROWS = 2
_PROOF_ROWS = 256
# Outputs of a converted classifier, in order; a regressor has the one.
_SECOND = ("probabilities", "logits")
# What the foreign converters raise for models that they do not know.
_REFUSALS = (RuntimeError, NotImplementedError, ValueError, TypeError, LookupError, AttributeError)

# The foreign graph over a table of so many columns, of float64 where the flag says so.
Foreign = Callable[[int, bool], Any]


def convert_sklearn(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of an estimator or a pipeline into ``folder``, by skl2onnx."""
    if not isinstance(original, SklearnPredictor):
        raise _no_model(ref, "scikit-learn estimator")
    model, outputs = original.model, original.outputs

    def foreign(width: int, double: bool) -> Any:  # noqa: ANN401 - onnx has no types
        from skl2onnx import convert_sklearn as convert
        from skl2onnx.common import data_types
        from sklearn.base import is_classifier

        kind = data_types.DoubleTensorType if double else data_types.FloatTensorType
        options = {id(model): {"zipmap": False}} if is_classifier(model) else {}
        if outputs == "logits":
            last = model.steps[-1][1] if hasattr(model, "steps") else model
            options[id(last)] = {"zipmap": False, "raw_scores": True}
        return convert(
            model,
            initial_types=[(_TABLE, kind([None, width]))],
            options=options,
            target_opset={"": OPSET, "ai.onnx.ml": _ML_OPSET},
        )

    return _convert(ref, original, dataset, folder, foreign)


def convert_xgboost(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of a booster or a wrapper into ``folder``, by onnxmltools."""
    if not isinstance(original, XGBoostPredictor):
        raise _no_model(ref, "XGBoost model")
    _refuse_logits(ref, original)

    def foreign(width: int, double: bool) -> Any:  # noqa: ANN401 - onnx has no types
        from onnxmltools import convert_xgboost as convert

        kinds = _floats(width, double=double)
        return convert(original.model, initial_types=kinds, target_opset=_FOREIGN_OPSET)

    return _convert(ref, original, dataset, folder, foreign)


def convert_lightgbm(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` of a booster into ``folder``, by onnxmltools."""
    if not isinstance(original, LightGBMPredictor):
        raise _no_model(ref, "LightGBM booster")
    _refuse_logits(ref, original)

    def foreign(width: int, double: bool) -> Any:  # noqa: ANN401 - onnx has no types
        from onnxmltools import convert_lightgbm as convert

        kinds = _floats(width, double=double)
        return convert(
            original.booster, initial_types=kinds, target_opset=_FOREIGN_OPSET, zipmap=False
        )

    return _convert(ref, original, dataset, folder, foreign)


def _convert(
    ref: str, original: TabularPredictor, dataset: Dataset, folder: Path, foreign: Foreign
) -> Mapping[str, Path]:
    check_inputs(original.source, original.inputs, dataset.inputs)
    sample = {
        name: np.resize(array[:_SAMPLE_ROWS], (_SAMPLE_ROWS, *array.shape[1:]))
        for name, array in dataset.inputs.items()
    }
    path = folder / MEMBER
    path.write_bytes(_model(ref, original, dataset, sample, foreign))
    check_graph(ref, path, original.inputs, sample, opset=None)
    return {MEMBER: path}


def _model(
    ref: str,
    original: TabularPredictor,
    dataset: Dataset,
    sample: Mapping[str, Array],
    foreign: Foreign,
) -> bytes:
    """Return the file's bytes; in float64 where the inputs are and the result predicts the same.

    Not every converter and not every operator of ONNX Runtime knows float64, and some trees keep
    thresholds of float32 beside values of float64.
    """
    if any(array.dtype == np.float64 for array in sample.values()):
        with contextlib.suppress(ConversionError, InvalidValueError):
            content = _dressed(ref, original, sample, foreign, double=True)
            proof = prove(original, OnnxPredictor(content), dataset, batch_sizes=[_PROOF_ROWS])
            if proof.outcome is Outcome.PASSED:
                return content
    return _dressed(ref, original, sample, foreign, double=False)


def _floats(width: int, *, double: bool) -> list[Any]:
    from onnxmltools.convert.common import data_types

    if double:
        raise NotImplementedError("trees of float64")
    return [(_TABLE, data_types.FloatTensorType([None, width]))]


def _refuse_logits(ref: str, original: TabularPredictor) -> None:
    if original.outputs == "logits":
        raise ConversionError(
            ref,
            "onnx",
            f"a converted {original.source} gives probabilities and no logits; write "
            "`architecture.outputs: probabilities`",
        )


def _foreign_graph(
    ref: str,
    original: TabularPredictor,
    sample: Mapping[str, Array],
    foreign: Foreign,
    *,
    double: bool,
) -> Any:  # noqa: ANN401 - onnx has no types
    width = sum(math.prod(array.shape[1:]) for array in sample.values())
    try:
        with _quiet():
            return foreign(width, double)
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


def _dressed(
    ref: str,
    original: TabularPredictor,
    sample: Mapping[str, Array],
    foreign: Foreign,
    *,
    double: bool,
) -> bytes:
    """Return the foreign graph between the declared inputs and the one output."""
    import onnx
    from onnx import helper

    graph = _foreign_graph(ref, original, sample, foreign, double=double)
    inner = onnx.compose.add_prefix_graph(graph.graph, "model/")
    chosen = _chosen_output(ref, inner, original)
    expected = original.predict(sample)
    before = _inputs_as_table(inner.input[0], original)
    shape = [0, *expected.shape[1:]] if expected.ndim > 1 else [-1]
    if original.outputs == "logits" and expected.ndim == 1:
        # Converted, the one score of two classes comes as two, the first one negated.
        inner.node.append(
            helper.make_node("Gather", [chosen, "model/one"], ["model/score"], name="score", axis=1)
        )
        inner.initializer.append(helper.make_tensor("model/one", onnx.TensorProto.INT64, [1], [1]))
        chosen = "model/score"
    dtype = helper.np_dtype_to_tensor_dtype(expected.dtype)
    after = [
        helper.make_node("Reshape", [chosen, "model/shape"], ["model/shaped"], name="reshape"),
        helper.make_node("Cast", ["model/shaped"], [OUTPUT], name="cast_output", to=dtype),
    ]
    constants = helper.make_tensor("model/shape", onnx.TensorProto.INT64, [len(shape)], shape)
    batch = next(iter(original.inputs.values()))[0]
    made = helper.make_graph(
        [*before, *inner.node, *after],
        "model",
        [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(sample[name].dtype), list(wanted)
            )
            for name, wanted in original.inputs.items()
        ],
        [helper.make_tensor_value_info(OUTPUT, dtype, [batch, *expected.shape[1:]])],
        [*inner.initializer, constants],
    )
    opsets = {item.domain: item.version for item in graph.opset_import}
    opsets = {"": OPSET, **opsets}
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid(*item) for item in sorted(opsets.items())],
        ir_version=_IR_VERSION,
        producer_name=_PRODUCER,
    )
    return bytes(model.SerializeToString(deterministic=True))


def _chosen_output(ref: str, inner: Any, original: TabularPredictor) -> str:  # noqa: ANN401
    names = [output.name for output in inner.output]
    position = 1 if original.outputs in _SECOND else 0
    if len(names) <= position:
        raise ConversionError(
            ref, "onnx", f"a converted {original.source} gives no {original.outputs}"
        )
    return str(names[position])


def _inputs_as_table(table: Any, original: TabularPredictor) -> list[Any]:  # noqa: ANN401
    """Return the nodes that make the foreign graph's ``table`` of the declared inputs."""
    from onnx import helper

    names, to = list(original.inputs), table.type.tensor_type.elem_type
    several = len(names) > 1
    cast = [f"model/column_{n}" for n in range(len(names))] if several else [table.name]
    nodes = [
        helper.make_node("Cast", [name], [column], name=f"cast_{column}", to=to)
        for name, column in zip(names, cast, strict=True)
    ]
    if several:
        nodes.append(helper.make_node("Concat", cast, [table.name], name="join", axis=1))
    return nodes


def _no_model(ref: str, expected: str) -> ConversionError:
    return ConversionError(ref, "onnx", f"it is no {expected}; register one")
