"""ONNX Runtime's own optimisation of a graph, done once and kept in the file."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.specification import OptimizationLevel

# What goes further lays values out for one processor; ONNX Runtime does that when it loads a file.
_LEVELS: Mapping[OptimizationLevel, str] = {
    "none": "ORT_DISABLE_ALL",
    "basic": "ORT_ENABLE_BASIC",
    "extended": "ORT_ENABLE_EXTENDED",
    "maximum": "ORT_ENABLE_EXTENDED",
}
_ERRORS_ONLY = 3


def optimise(path: Path, level: OptimizationLevel) -> None:
    """Replace the file by its optimised form, which has fewer nodes and the same outputs.

    Its fused operators are ONNX Runtime's own: nothing else reads the file any more.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, _LEVELS[level])
    options.optimized_model_filepath = str(path)
    options.log_severity_level = _ERRORS_ONLY
    onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


def is_optimised(plain: bytes, made: bytes, level: OptimizationLevel) -> bool:
    """Tell whether the file ``made`` is what ONNX Runtime makes of the file ``plain``.

    The same release on the same machine makes the same bytes. Weights that were fused have no name
    to compare them by; so what holds for those of ``plain`` holds for them.
    """
    with tempfile.TemporaryDirectory(prefix="frontier-optimise-") as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(plain)
        optimise(path, level)
        return path.read_bytes() == made
