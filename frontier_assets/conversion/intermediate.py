"""ONNX to OpenVINO's intermediate representation, in float32."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.intermediate import TOPOLOGY, WEIGHTS

_TARGET = "openvino"


def convert_openvino(source: Derivation, folder: Path) -> Mapping[str, Path]:
    """Write ``model.xml`` and ``model.bin`` into ``folder``.

    Raises:
        ConversionError: OpenVINO does not know an operator; the message names it.
    """
    import openvino
    from openvino import frontend

    # The frontend's errors have no common parent of their own; all others are RuntimeError.
    failures = (
        frontend.GeneralFailure,
        frontend.NotImplementedFailure,
        frontend.OpConversionFailure,
        frontend.OpValidationFailure,
        RuntimeError,
    )
    try:
        with _logging_kept():
            model = openvino.convert_model(str(source.parent))
    except failures as error:
        problem = " ".join(str(error).split())[-300:]
        raise ConversionError(source.ref, _TARGET, f"OpenVINO refuses the graph: {problem}") from (
            error
        )
    # Constants are numbered by how many this process has made: bytes would not repeat.
    for number, operation in enumerate(model.get_ordered_ops()):
        if operation.get_type_name() == "Constant":
            operation.set_friendly_name(f"constant_{number}")
    path = folder / TOPOLOGY
    openvino.save_model(model, str(path), compress_to_fp16=False)
    return {TOPOLOGY: path, WEIGHTS: folder / WEIGHTS}


@contextmanager
def _logging_kept() -> Iterator[None]:
    """Undo what OpenVINO sets up for every logger of the process, and leaves so where it fails."""
    logger = logging.getLogger()
    level, filters, handlers = logger.level, [*logger.filters], [*logger.handlers]
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.filters, logger.handlers = filters, handlers
