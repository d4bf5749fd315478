"""Engines of TensorRT, run on the GPU that they were built for."""

import importlib
import threading
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import (
    EngineMismatchError,
    EngineUnavailableError,
    InvalidValueError,
)
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.engines.probe import EngineState, probe
from frontier_assets.predictors.engines.record import EngineRecord
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array


class EnginePredictor(BatchedPredictor):
    """An engine with one output from its bytes and its record, on the first GPU.

    Everything that the record says is compared with this machine, and ``source_digest``, where it
    is given, with the record's, before TensorRT sees a byte of the engine. One call runs at a time.

    Raises:
        EngineMismatchError: it was built with something else than what is here.
        EngineUnavailableError: no engine of its flavour runs here.
        InvalidValueError: it is not an engine that TensorRT can run.
    """

    def __init__(self, engine: bytes, record: bytes, *, source_digest: str | None = None) -> None:
        self._record = EngineRecord.read(record)
        if source_digest is not None and source_digest != self._record.source_digest:
            raise EngineMismatchError("a source of", self._record.source_digest, source_digest)
        self._record.check(probe(self._record.flavour))
        _require_cuda(self._record.flavour)
        self._runtime = EngineRuntime(self._record.flavour, engine)
        super().__init__("Engine", self._record.inputs)
        batch = next(iter(self._record.inputs.values()))[0]
        self._batch_rows = self._record.profiles[str(batch)][-1]

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        self._record.check_sizes(batch)
        return self._runtime.run(batch)


def _require_cuda(flavour: str) -> None:
    """Refuse a PyTorch that cannot move arrays to the GPU."""
    require_packages("Engines of TensorRT", ("torch",), extra="pytorch")
    import torch

    if not torch.cuda.is_available():
        raise EngineUnavailableError(
            flavour,
            EngineState.LIBS_MISSING,
            f"PyTorch {torch.__version__} was built without CUDA, or for a newer driver",
            "install a PyTorch with CUDA, which moves the inputs to the GPU",
        )


class EngineRuntime:
    """The engine in TensorRT's own interface; a context serves one call at a time."""

    def __init__(self, flavour: str, content: bytes) -> None:
        self._module = importlib.import_module(flavour)
        # The engine lives as long as the runtime that made it.
        self._runtime = self._module.Runtime(self._module.Logger(self._module.Logger.ERROR))
        self._engine = self._runtime.deserialize_cuda_engine(content)
        if self._engine is None:
            raise InvalidValueError("Engine", flavour, "TensorRT cannot load it; its log says why")
        names = [self._engine.get_tensor_name(n) for n in range(self._engine.num_io_tensors)]
        mode = self._module.TensorIOMode
        outputs = [name for name in names if self._engine.get_tensor_mode(name) == mode.OUTPUT]
        if len(outputs) != 1:
            raise InvalidValueError("Outputs of engine", len(outputs), "expected exactly one")
        (self._output,) = outputs
        self._dtypes = {n: np.dtype(self._module.nptype(self._dtype(n))) for n in names}
        self._context = self._engine.create_execution_context()
        if self._context is None:
            raise InvalidValueError("Engine", flavour, "it does not fit into the GPU's memory")
        self._lock = threading.Lock()

    def _dtype(self, name: str) -> Any:  # noqa: ANN401 - TensorRT's types are compiled
        return self._engine.get_tensor_dtype(name)

    def run(self, batch: dict[str, Array]) -> Array:
        """Return the output of a batch that the profiles allow."""
        import torch

        for name, array in batch.items():
            if array.dtype != self._dtypes[name]:
                raise InvalidValueError(
                    f"Input '{name}' of Engine dtype",
                    array.dtype.name,
                    f"expected {self._dtypes[name].name}",
                )
        with self._lock:
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # PyTorch has no types there
            with torch.cuda.stream(stream):
                held = {
                    name: torch.from_numpy(np.ascontiguousarray(array)).cuda()
                    for name, array in batch.items()
                }
                for name, tensor in held.items():
                    self._context.set_input_shape(name, tuple(tensor.shape))
                    self._context.set_tensor_address(name, tensor.data_ptr())
                shape = tuple(self._context.get_tensor_shape(self._output))
                kind = torch.from_numpy(np.empty(0, self._dtypes[self._output])).dtype
                output = torch.empty(shape, dtype=kind, device="cuda")
                self._context.set_tensor_address(self._output, output.data_ptr())
                if not self._context.execute_async_v3(stream.cuda_stream):
                    rows = len(next(iter(batch.values())))
                    raise InvalidValueError(
                        f"Batch of {rows} rows for", "Engine", "TensorRT refused it; see its log"
                    )
            stream.synchronize()
            return np.asarray(output.cpu().numpy())
