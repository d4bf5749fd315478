"""ONNX in float32 to ONNX that computes in float16; inputs and outputs stay as they are."""

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.conversion.graph import MEMBER, OPSET, check_graph
from frontier_assets.errors import ConversionError

_TARGET = "onnx_fp16"


def convert_half(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write ``model.onnx`` into ``folder``, half as large; the same parent gives the same bytes.

    Raises:
        ConversionError: the parent has no weights in float32, or a value beyond float16.
    """
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel

    model = onnx.load(source.parent)
    single = onnx.TensorProto.FLOAT
    weights = [item for item in model.graph.initializer if item.data_type == single]
    if not weights:
        raise ConversionError(source.ref, _TARGET, "the network has no float32 weights to halve")
    _refuse_beyond(source.ref, weights)
    # Shapes that are left from the parent name types that the result no longer has.
    del model.graph.value_info[:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # small values become the smallest float16
        try:
            halved = convert_float_to_float16(model, keep_io_types=True)
        except ValueError as error:
            raise ConversionError(source.ref, _TARGET, str(error)) from error
    OnnxModel(halved).topological_sort()  # the new casts stand at the end
    path = folder / MEMBER
    path.write_bytes(halved.SerializeToString(deterministic=True))
    check_graph(source.ref, path, source.inputs, source.sample, opset=OPSET, target=_TARGET)
    return {MEMBER: path}


def _refuse_beyond(ref: str, weights: Iterable[Any]) -> None:
    """Refuse what ONNX Runtime would cut down to the largest float16 without an error."""
    from onnx import numpy_helper

    largest = float(np.finfo(np.float16).max)
    for item in weights:
        found = float(np.abs(numpy_helper.to_array(item)).max(initial=0.0))
        if found > largest:
            raise ConversionError(
                ref,
                _TARGET,
                f"weight '{item.name}' holds {found:g}, and float16 ends at {largest:g}: scale "
                "the network, or leave this target out",
            )
