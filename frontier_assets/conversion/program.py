"""PyTorch networks to the archive of ``torch.export``, which needs no training code."""

from collections.abc import Mapping
from pathlib import Path

from frontier_assets import entrypoints
from frontier_assets.conversion.graph import sample_of
from frontier_assets.conversion.network import dynamic_shapes, first_cause, quiet_exporter
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, EntrypointError
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.predictors.program import ARCHIVE, described_inputs
from frontier_assets.predictors.pytorch import PyTorchPredictor

_TARGET = "exported"


def convert_program(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.pt2`` with its input names and free dimensions into ``folder``.

    Raises:
        ConversionError: the network cannot be exported.
    """
    import torch

    if not isinstance(original, PyTorchPredictor):
        raise ConversionError(ref, _TARGET, "it is not a PyTorch network; register one")
    sample = sample_of(original, dataset)
    try:
        with quiet_exporter():
            program = entrypoints.invoke(
                original.source,
                torch.export.export,
                original.module,
                original.arguments(sample),
                dynamic_shapes=dynamic_shapes(original),
            )
    except EntrypointError as error:
        raise ConversionError(ref, _TARGET, first_cause(error)) from error
    path = folder / ARCHIVE
    torch.export.save(program, path, extra_files=described_inputs(original.inputs))
    return {ARCHIVE: path}
