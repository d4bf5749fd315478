"""ONNX models, run by ONNX Runtime on the CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import (
    Array,
    Predictor,
    Shape,
    batches,
    check_declaration,
    check_inputs,
    join_outputs,
)

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int8)": "int8",
    "tensor(int16)": "int16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(uint8)": "uint8",
    "tensor(uint16)": "uint16",
    "tensor(uint32)": "uint32",
    "tensor(uint64)": "uint64",
    "tensor(bool)": "bool",
}
_ERRORS_ONLY = 3  # ONNX Runtime's severities: verbose, info, warning, error, fatal


class OnnxPredictor(Predictor):
    """An ONNX model with one output, from its bytes or its file, on ``threads`` threads.

    Raises:
        InvalidValueError: it is not a model that ONNX Runtime can run.
    """

    def __init__(self, content: bytes | Path, *, threads: int = 2) -> None:
        require_packages("ONNX models", ("onnxruntime",), extra="onnx")
        import onnxruntime

        self._source = str(content) if isinstance(content, Path) else "ONNX model"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        model = str(content) if isinstance(content, Path) else content
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except _runtime_errors() as error:
            raise InvalidValueError(
                "ONNX model", self._source, f"ONNX Runtime cannot load it: {error}"
            ) from error
        declared = self._session.get_inputs()
        self._inputs = {item.name: _named(item.name, item.shape) for item in declared}
        self._dtypes = {item.name: _DTYPES.get(item.type, item.type) for item in declared}
        check_declaration(self._source, self._inputs)

    @property
    @override
    def source(self) -> str:
        return self._source

    @property
    @override
    def inputs(self) -> Mapping[str, Shape]:
        return self._inputs

    @property
    @override
    def input_names(self) -> tuple[str, ...]:
        return tuple(self._inputs)

    @override
    def predict(self, inputs: Mapping[str, Array]) -> Array:
        rows = check_inputs(self._source, self._inputs, inputs)
        for name, dtype in self._dtypes.items():
            if inputs[name].dtype.name != dtype:
                raise InvalidValueError(
                    f"Input '{name}' of {self._source} dtype",
                    inputs[name].dtype.name,
                    f"expected {dtype}",
                )
        pieces = [self._run(batch) for batch in batches(inputs, rows)]
        return join_outputs(self._source, pieces)

    def _run(self, batch: Mapping[str, Array]) -> tuple[int, Array]:
        rows = len(next(iter(batch.values())))
        try:
            outputs: list[Any] = self._session.run(None, dict(batch))
        except _runtime_errors() as error:
            raise InvalidValueError(
                f"Batch of {rows} rows for", self._source, f"ONNX Runtime refused it: {error}"
            ) from error
        if len(outputs) != 1:
            raise InvalidValueError(
                f"Outputs of {self._source}", len(outputs), "expected exactly one"
            )
        return rows, np.asarray(outputs[0])


def _named(name: str, shape: list[int | str | None]) -> tuple[int | str, ...]:
    """Give free dimensions a name where the file has none."""
    names = ["batch", *(f"{name}_{axis}" for axis in range(1, len(shape)))]
    return tuple(
        word if size is None else size
        for word, size in zip(names[: len(shape)], shape, strict=True)
    )


def _runtime_errors() -> tuple[type[Exception], ...]:
    """Return ONNX Runtime's error classes, which have no common parent of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    found = [value for value in vars(native).values() if isinstance(value, type)]
    return tuple(value for value in found if issubclass(value, Exception))
