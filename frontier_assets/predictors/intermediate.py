"""OpenVINO's intermediate representation, run by its CPU plugin."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.codecs.borrowed_streams import keep_open
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array, Shape

TOPOLOGY, WEIGHTS = "model.xml", "model.bin"


class OpenVINOPredictor(BatchedPredictor):
    """A model with one output from its two files, on ``threads`` threads.

    It computes in ``precision``. Left to itself the plugin takes bfloat16 wherever the processor
    has it, and predicts something else than elsewhere.

    Raises:
        InvalidValueError: it is not a model that OpenVINO can run.
    """

    def __init__(
        self, topology: bytes, weights: bytes, *, threads: int = 2, precision: str = "f32"
    ) -> None:
        require_packages("OpenVINO models", ("openvino",), extra="openvino")
        import openvino

        keep_open()
        settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads}
        core = openvino.Core()
        try:
            model = core.read_model(model=topology, weights=weights)
            self._compiled = core.compile_model(model, "CPU", settings)
        except RuntimeError as error:  # what all of OpenVINO's errors are
            raise InvalidValueError(
                "OpenVINO model", TOPOLOGY, f"OpenVINO cannot load it: {error}"
            ) from error
        if len(model.outputs) != 1:
            raise InvalidValueError(
                "Outputs of OpenVINO model", len(model.outputs), "expected exactly one"
            )
        self._dtypes = {i.any_name: i.element_type.to_dtype() for i in model.inputs}
        super().__init__("OpenVINO model", {i.any_name: _shape(i) for i in model.inputs})

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        self._check_dtypes(batch)
        try:
            # A request of its own for each call: threads do not meet, and may share their arrays.
            request = self._compiled.create_infer_request()
            outputs = request.infer(batch, share_inputs=True, share_outputs=True)
        except RuntimeError as error:
            rows = len(next(iter(batch.values())))
            raise InvalidValueError(
                f"Batch of {rows} rows for", self._source, f"OpenVINO refused it: {error}"
            ) from error
        return np.array(outputs[0])

    def _check_dtypes(self, batch: Mapping[str, Array]) -> None:
        for name, dtype in self._dtypes.items():
            if batch[name].dtype != dtype:
                raise InvalidValueError(
                    f"Input '{name}' of {self._source} dtype",
                    batch[name].dtype.name,
                    f"expected {np.dtype(dtype).name}",
                )


def _shape(given: Any) -> Shape:  # noqa: ANN401 - OpenVINO's types are compiled
    """Return the input's shape; its free dimensions have no names of their own."""
    sizes = list(given.partial_shape)
    names = ["batch", *(f"{given.any_name}_{axis}" for axis in range(1, len(sizes)))]
    return tuple(
        name if size.is_dynamic else size.get_length()
        for name, size in zip(names, sizes, strict=True)
    )
