"""ONNX models, run by ONNX Runtime on the CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.onnx_outputs import chosen_output
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array
from frontier_assets.specification import Outputs

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
    "tensor(string)": "str",
}
_ERRORS_ONLY = 3  # ONNX Runtime's severities: verbose, info, warning, error, fatal


class OnnxPredictor(BatchedPredictor):
    """An ONNX model from its bytes or its file, on ``threads`` threads.

    Of several outputs, ``outputs`` says by its kind which one is returned.

    Raises:
        InvalidValueError: it is not a model that ONNX Runtime can run, or no single one of its
            outputs is meant.
    """

    def __init__(
        self, content: bytes | Path, *, outputs: Outputs | None = None, threads: int = 2
    ) -> None:
        require_packages("ONNX models", ("onnxruntime",), extra="onnx")
        import onnxruntime

        source = str(content) if isinstance(content, Path) else "ONNX model"
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
                "ONNX model", source, f"ONNX Runtime cannot load it: {error}"
            ) from error
        declared = self._session.get_inputs()
        super().__init__(source, {item.name: _named(item.name, item.shape) for item in declared})
        self._dtypes = {item.name: _DTYPES.get(item.type, item.type) for item in declared}
        self._output = chosen_output(source, self._session.get_outputs(), outputs)

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        self._check_dtypes(batch)
        try:
            outputs: list[Any] = self._session.run([self._output], batch)
        except _runtime_errors() as error:
            rows = len(next(iter(batch.values())))
            raise InvalidValueError(
                f"Batch of {rows} rows for", self._source, f"ONNX Runtime refused it: {error}"
            ) from error
        return np.asarray(outputs[0])

    def _check_dtypes(self, batch: Mapping[str, Array]) -> None:
        for name, dtype in self._dtypes.items():
            given = batch[name].dtype
            if dtype not in (given.name, "str" if given.kind == "U" else ""):
                raise InvalidValueError(
                    f"Input '{name}' of {self._source} dtype", given.name, f"expected {dtype}"
                )


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
