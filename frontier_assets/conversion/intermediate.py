"""ONNX to OpenVINO's intermediate representation, in float32."""

from collections.abc import Mapping
from pathlib import Path

from frontier_assets.conversion.derivation import Derivation
from frontier_assets.conversion.quiet import quiet
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
        with quiet():
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
