"""What every ONNX file of ours is like, and the check that a converter's result is like that."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.predictor import Array, Predictor, Shape, check_inputs

MEMBER = "model.onnx"
OUTPUT = "output"
# The exporter's own opset: others are reached by a second conversion, which may stop half-way
# without a word. TensorRT reads opsets up to 21.
OPSET = 18
_SAMPLE_ROWS = 2  # a dimension of 1 would be taken for a constant


def sample_of(original: Predictor, dataset: Dataset) -> dict[str, Array]:
    """Return two rows of ``dataset``, which fit the inputs of ``original``, to convert with.

    Raises:
        InvalidValueError: they do not fit.
    """
    check_inputs(original.source, original.inputs, dataset.inputs)
    return {
        name: np.resize(array[:_SAMPLE_ROWS], (_SAMPLE_ROWS, *array.shape[1:]))
        for name, array in dataset.inputs.items()
    }


def check_graph(
    ref: str,
    path: Path,
    inputs: Mapping[str, Shape],
    sample: Mapping[str, Array],
    *,
    opset: int | None,
    target: str = "onnx",
) -> None:
    """Refuse an ONNX file that is not valid, or whose names and shapes are not those declared.

    ``opset`` is the one that it has to have, where that was chosen.

    Raises:
        ConversionError: it is another one; the message names the part.
    """
    found = _parts(_valid_model(ref, path, target))
    wanted = {
        "opset": found["opset"] if opset is None else [opset],
        "outputs": [OUTPUT],
        "inputs": {
            name: (_kind(sample[name].dtype), list(shape)) for name, shape in inputs.items()
        },
    }
    for part, expected in wanted.items():
        if found[part] != expected:
            raise ConversionError(
                ref,
                target,
                f"the result's {part} are {found[part]}; expected {expected}. "
                "A number where a word is expected: the network fixes that dimension itself",
            )


def _valid_model(ref: str, path: Path, target: str) -> Any:  # noqa: ANN401 - onnx has no types
    import onnx

    try:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ConversionError(ref, target, f"the checker refuses the result: {error}") from error
    return model


def _parts(model: Any) -> dict[str, Any]:  # noqa: ANN401 - onnx has no types
    return {
        "opset": [item.version for item in model.opset_import if item.domain in ("", "ai.onnx")],
        "outputs": [item.name for item in model.graph.output],
        "inputs": {item.name: _described(item) for item in model.graph.input},
    }


def _described(item: Any) -> tuple[str, list[str | int]]:  # noqa: ANN401 - onnx has no types
    import onnx

    tensor = item.type.tensor_type
    dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
    return _kind(dtype), [size.dim_param or size.dim_value for size in tensor.shape.dim]


def _kind(dtype: "np.dtype[Any]") -> str:
    # Texts are objects to ONNX and have their longest length in NumPy.
    return "text" if dtype.kind in "UO" else dtype.name
