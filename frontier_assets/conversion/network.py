"""PyTorch networks to ONNX, by PyTorch's own exporter."""

import inspect
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontier_assets import entrypoints
from frontier_assets.conversion.graph import MEMBER, OPSET, OUTPUT, check_graph, sample_of
from frontier_assets.conversion.quiet import quiet
from frontier_assets.dataset import Dataset
from frontier_assets.errors import ConversionError, EntrypointError
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.predictors.pytorch import PyTorchPredictor

if TYPE_CHECKING:
    import torch

MAXIMUM_BYTES = 2_000_000_000  # one ONNX file is one protobuf message, which ends at 2 GiB


def convert_network(
    ref: str, original: Predictor, dataset: Dataset, folder: Path
) -> Mapping[str, Path]:
    """Write ``model.onnx`` with the declared input names and free dimensions into ``folder``.

    Its output is named ``output``. The file says nothing about where it was made, and the same
    weights give the same bytes.

    Raises:
        ConversionError: the exporter cannot convert it, or it is too large for one file.
    """
    if not isinstance(original, PyTorchPredictor):
        raise ConversionError(ref, "onnx", "it is not a PyTorch network; register one")
    weights = original.module.state_dict().values()
    size = sum(tensor.numel() * tensor.element_size() for tensor in weights)
    if size > MAXIMUM_BYTES:
        raise ConversionError(
            ref, "onnx", f"its weights have {size} bytes; one file holds {MAXIMUM_BYTES}"
        )
    sample = sample_of(original, dataset)
    path = folder / MEMBER
    _export(ref, original, sample, path)
    check_graph(ref, path, original.inputs, sample, opset=OPSET)
    return {MEMBER: path}


def _export(ref: str, original: PyTorchPredictor, sample: Mapping[str, Array], path: Path) -> None:
    import torch

    try:
        with quiet_exporter():
            program = entrypoints.invoke(
                original.source,
                torch.onnx.export,
                original.module,
                original.arguments(sample),
                dynamo=True,
                opset_version=OPSET,
                input_names=list(original.input_names),
                output_names=[OUTPUT],
                dynamic_shapes=dynamic_shapes(original),
                verbose=False,
            )
    except EntrypointError as error:
        raise ConversionError(ref, "onnx", first_cause(error)) from error
    _forget_origin(program)
    program.save(str(path), external_data=False)


@contextmanager
def quiet_exporter() -> Iterator[None]:
    """Silence what the exporter says about PyTorch itself and about packages it does without."""
    with quiet("torch.onnx"), warnings.catch_warnings():
        # Deprecations inside PyTorch, which users can do nothing about.
        for category in (DeprecationWarning, FutureWarning, UserWarning):
            warnings.simplefilter("ignore", category)
        yield


def first_cause(error: BaseException) -> str:
    """Return the cause without the exporter's advice, which is a page of it."""
    while error.__cause__ is not None:
        error = error.__cause__
    first, *others = str(error).strip().splitlines() or [""]
    # Of shapes, the first line says only that there is something wrong.
    details = (line.strip(" -").partition(". If ")[0] for line in others if line.startswith("  - "))
    return f"{type(error).__name__}: {' '.join([first.partition(' For more ')[0], *details])}"


def dynamic_shapes(original: PyTorchPredictor) -> tuple[Any, ...]:
    """Return which axes of each argument are free, by the words of its declared shape."""
    import torch

    words = {word for shape in original.inputs.values() for word in shape if isinstance(word, str)}
    dimensions = {word: torch.export.Dim(word) for word in sorted(words)}
    shapes = [
        {axis: dimensions[word] for axis, word in enumerate(shape) if isinstance(word, str)}
        for shape in original.inputs.values()
    ]
    parameters = inspect.signature(original.module.forward).parameters.values()
    named = sum(parameter.kind is not parameter.VAR_POSITIONAL for parameter in parameters)
    rest = shapes[named:]
    return (*shapes[:named], tuple(rest)) if rest else tuple(shapes)


def _forget_origin(program: "torch.onnx.ONNXProgram") -> None:
    """Drop the stack traces that the exporter notes: they hold paths of this machine."""
    model = program.model
    model.metadata_props.clear()
    model.graph.metadata_props.clear()
    nodes = list(model.graph.all_nodes())
    for function in model.functions.values():
        function.metadata_props.clear()
        nodes += function.all_nodes()
    for node in nodes:
        node.metadata_props.clear()
