"""ONNX in float32 to ONNX with INT8 weights and activations, calibrated on real examples."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.conversion.graph import MEMBER, OPSET, check_graph
from frontier_assets.conversion.quiet import quiet
from frontier_assets.errors import ConversionError

_BATCH_ROWS = 32
_OPERATORS = ["Conv", "Gemm", "MatMul"]
# TensorRT reads symmetric scales alone, and no INT32 bias.
_FOR_TENSORRT: Mapping[str, Any] = {
    "op_types_to_quantize": _OPERATORS,
    "extra_options": {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        "QuantizeBias": False,
        "AddQDQPairToWeight": True,
        "DedicatedQDQPair": True,
    },
}


def convert_int8(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write ``model.onnx`` for ONNX Runtime into ``folder``: static, per channel.

    Raises:
        ConversionError: there is nothing to calibrate with, or nothing to quantise.
    """
    return _quantised("onnx_int8", source, folder, {})


def convert_int8_trt(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write ``model.onnx`` in the form that TensorRT builds INT8 engines from into ``folder``.

    Raises:
        ConversionError: there is nothing to calibrate with, or nothing to quantise.
    """
    return _quantised("onnx_int8_trt", source, folder, _FOR_TENSORRT)


def _quantised(
    target: str, source: Derivation, folder: Path, options: Mapping[str, Any]
) -> Mapping[str, Path]:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_static

    if source.calibration is None:
        raise ConversionError(
            source.ref,
            target,
            "it has no calibration data: write `calibration: DATASET` beside the target, a data "
            "set that judges nothing",
        )
    model = onnx.load(source.parent)
    if not any(node.op_type in _OPERATORS for node in model.graph.node):
        raise ConversionError(
            source.ref, target, f"the network has none of {', '.join(_OPERATORS)} to quantise"
        )
    path = folder / MEMBER
    # It advises to optimise the graph first, which the exporter has done.
    with quiet():
        quantize_static(
            model,
            str(path),
            _Batches(source.calibration.inputs),
            per_channel=True,
            activation_type=QuantType.QInt8,
            weight_type=QuantType.QInt8,
            **options,
        )
    check_graph(source.ref, path, source.inputs, source.sample, opset=OPSET, target=target)
    return {MEMBER: path}


class _Batches:
    """Hands the quantiser one batch after the other, by its own protocol."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._batches = _split(inputs)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._batches

    def __next__(self) -> dict[str, Any]:
        return next(self._batches)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._batches, None)


def _split(inputs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    rows = len(next(iter(inputs.values())))
    for start in range(0, rows, _BATCH_ROWS):
        yield {name: array[start : start + _BATCH_ROWS] for name, array in inputs.items()}
