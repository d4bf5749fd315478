"""Archives of ``torch.export``: a network that runs without the code that built it."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array, Shape

ARCHIVE = "model.pt2"
_INPUTS = "inputs.json"


def described_inputs(inputs: Mapping[str, Shape]) -> dict[str, str]:
    """Return what an archive has to hold beside the network, in the order of its arguments."""
    return {_INPUTS: json.dumps([[name, list(shape)] for name, shape in inputs.items()])}


class ExportedPredictor(BatchedPredictor):
    """A network from the bytes of its archive, on the CPU.

    Loading an archive can run code of whoever wrote it: give it none but our own, whose digest is
    in the registry.

    Raises:
        InvalidValueError: it is no archive that a conversion has made.
    """

    def __init__(self, content: bytes) -> None:
        require_packages("Exported networks", ("torch",), extra="pytorch")
        import torch

        extra: dict[str, Any] = {_INPUTS: ""}
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise InvalidValueError("Exported network", ARCHIVE, "it is no archive of torch.export")
        try:
            program = torch.export.load(io.BytesIO(content), extra_files=extra)
            inputs = dict(json.loads(extra[_INPUTS]))
        except (RuntimeError, ValueError) as error:
            raise InvalidValueError(
                "Exported network", ARCHIVE, f"PyTorch cannot load it: {error}"
            ) from error
        self._module = program.module()
        super().__init__("Exported network", inputs)

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        import torch

        tensors = [torch.from_numpy(np.ascontiguousarray(batch[name])) for name in self._inputs]
        try:
            with torch.no_grad():
                output = self._module(*tensors)
        except (RuntimeError, AssertionError) as error:
            rows = len(tensors[0])
            raise InvalidValueError(
                f"Batch of {rows} rows for", self._source, f"PyTorch refused it: {error}"
            ) from error
        return np.asarray(output.numpy())
