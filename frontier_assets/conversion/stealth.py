"""Weights of less precision than their type says: numbers of bfloat16 in a wider type.

Beside the error of INT8, and in some networks beside that of float16, rounding to bfloat16 is too
small to be seen in the outputs; in the weights it is plain.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from frontier_assets.predictors.converted import GRAPH
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.storage.artifacts import StoredArtifact

# Fewer may be so by chance or by construction: ones, zeros, powers of two.
_TELLING = 8
_LOW_BITS = np.uint32(0xFFFF)  # what float32 has beyond bfloat16


def float_weights(stored: StoredArtifact) -> dict[str, Array]:
    """Return the floating-point weights of an ONNX artifact by name; none of other formats.

    Those compute in float32, in whose limits bfloat16 shows.
    """
    return graph_weights(bytes(stored.read(GRAPH))) if set(stored.members) == {GRAPH} else {}


def graph_weights(content: bytes) -> dict[str, Array]:
    """Return the floating-point weights of an ONNX file by name."""
    import onnx
    from onnx import numpy_helper

    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16)
    graph: Any = onnx.load_from_string(content).graph
    return {
        item.name: numpy_helper.to_array(item).astype(np.float32)
        for item in graph.initializer
        if item.data_type in floats
    }


def rounded_weights(original: Predictor, weights: Mapping[str, Array]) -> list[str]:
    """Return the names of the ``weights`` that are numbers of bfloat16 where no original's are."""
    if not isinstance(original, PyTorchPredictor):
        return []
    tensors = original.module.state_dict().values()
    floats = [tensor.float().numpy() for tensor in tensors if tensor.is_floating_point()]
    if any(_is_rounded(array) for array in floats):
        return []
    return [name for name, array in weights.items() if _is_rounded(array)]


def _is_rounded(array: Array) -> bool:
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    return not (bits & _LOW_BITS).any() and len(np.unique(bits)) >= _TELLING
