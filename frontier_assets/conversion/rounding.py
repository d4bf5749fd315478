"""The proof that the weights of a graph in lower precision are its parent's, rounded.

Outputs alone do not show one small wrong weight among thousands of rounded ones: it moves them by
less than the rounding does. Weight by weight there is no such doubt.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from frontier_assets.predictors.predictor import Array

_SUFFIX = "_quantized"  # what ONNX Runtime's quantiser calls what it quantised
_HALF_STEP = 0.5 + 1e-3  # scales are float32 themselves
_FLOAT16_STEP, _FLOAT16_LEAST = 2.0**-11, 2.0**-24


def rounding_problem(parent: bytes, made: bytes) -> str:
    """Return which weight of the graph ``made`` is not the ``parent``'s; empty: all are.

    A weight of the same dtype has to be equal, one in float16 the nearest, and a quantised one
    within half a step of its scale.
    """
    import onnx

    graph = onnx.load_from_string(made).graph
    found = _weights(graph)
    for name, wanted in _weights(onnx.load_from_string(parent).graph).items():
        if wanted.dtype.kind != "f":
            continue
        if name in found:
            allowed = _allowed(wanted, found[name].dtype)
            problem = _beyond(name, wanted, found[name], allowed)
        elif f"{name}{_SUFFIX}" in found:
            problem = _beyond(name, wanted, *_dequantised(graph, found, f"{name}{_SUFFIX}"))
        else:
            problem = f"weight '{name}' of the parent is missing"
        if problem:
            return problem
    return ""


def _weights(graph: Any) -> dict[str, Array]:  # noqa: ANN401 - onnx has no types
    from onnx import numpy_helper

    return {item.name: numpy_helper.to_array(item) for item in graph.initializer}


def _allowed(wanted: Array, dtype: "np.dtype[Any]") -> Array:
    if dtype == wanted.dtype:
        return np.zeros(())
    return np.abs(wanted.astype(np.float64)) * _FLOAT16_STEP + _FLOAT16_LEAST


def _dequantised(
    graph: Any,  # noqa: ANN401 - onnx has no types
    found: Mapping[str, Array],
    name: str,
) -> tuple[Array, Array]:
    """Return the weights that the quantised ones stand for, and half a step of each."""
    (node,) = (n for n in graph.node if n.op_type == "DequantizeLinear" and n.input[0] == name)
    axis = next((item.i for item in node.attribute if item.name == "axis"), 1)
    values = found[name].astype(np.float64)
    shape = [-1 if i == axis else 1 for i in range(values.ndim)]
    scale, zero = (
        part.astype(np.float64).reshape(shape if part.ndim else ())
        for part in _parameters(found, node)
    )
    return (values - zero) * scale, scale * _HALF_STEP


def _parameters(found: Mapping[str, Array], node: Any) -> Iterator[Array]:  # noqa: ANN401
    yield from (found[name] for name in node.input[1:3])


def _beyond(name: str, wanted: Array, given: Array, allowed: Array) -> str:
    if wanted.shape != given.shape:
        return f"weight '{name}' has shape {given.shape} and the parent's {wanted.shape}"
    wide = wanted.astype(np.float64)
    beyond = ~(np.abs(given.astype(np.float64) - wide) <= allowed)
    if not beyond.any():
        return ""
    return f"{int(beyond.sum())} of {beyond.size} values of weight '{name}' are not the parent's"
