"""Faults as a converter could make them, planted in the files that it has made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import override

from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.predictors.pytorch import PyTorchPredictor

if TYPE_CHECKING:
    import onnx

Change = Callable[[Array], None]


def one_weight(values: Array) -> None:
    """Turn the largest weight round: INT8 cannot tell smaller changes."""
    values.reshape(-1)[np.abs(values.astype(np.float32)).argmax()] *= -1


def swapped(values: Array) -> None:
    values[[3, 8]] = values[[8, 3]]


def not_a_number(values: Array) -> None:
    values.reshape(-1)[0] = np.nan


def bfloat16(values: Array) -> None:
    """Round to the 8 bits of bfloat16, to nearest."""
    bits = values.astype(np.float32).view(np.uint32)
    values[...] = ((bits + 0x8000) & 0xFFFF0000).view(np.float32)


def in_graph(path: Path, folder: Path, change: Change, *, pick: str = "") -> Mapping[str, Path]:
    """Return the file of ``path`` with a change: of every float, or of the one named ``pick``."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    found = list(model.graph.initializer)
    if pick:  # scales and zero points bear the weight's name too
        named = [item for item in found if pick in item.name]
        found = [max(named, key=lambda item: len(item.raw_data))]
    for item in found:
        values = numpy_helper.to_array(item).copy()
        if pick or values.dtype.kind == "f":
            change(values)
            item.CopyFrom(numpy_helper.from_array(values, item.name))
    return _written(model, folder)


def in_trees(path: Path, folder: Path, change: Change) -> Mapping[str, Path]:
    """Return the file of ``path`` with a change of every threshold and every leaf."""
    import onnx

    model = onnx.load(path)
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.floats:
                values = np.asarray(attribute.floats, np.float32)
                change(values)
                attribute.floats[:] = values.tolist()
            elif attribute.t.float_data or attribute.t.raw_data:
                _change_tensor(attribute.t, change)
    return _written(model, folder)


def _change_tensor(tensor: Any, change: Change) -> None:
    from onnx import numpy_helper

    values = numpy_helper.to_array(tensor).copy()
    if values.dtype.kind == "f":
        change(values)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def in_network(original: PyTorchPredictor, change: Change, *, pick: str = "") -> PyTorchPredictor:
    """Return the network with a change of every weight, or of the one named ``pick``."""
    state = {name: tensor.clone() for name, tensor in original.module.state_dict().items()}
    for name, tensor in state.items():
        if tensor.is_floating_point() and pick in name:
            change(tensor.numpy())
    _, (entrypoint, parameters, inputs, _) = original.__reduce__()
    return PyTorchPredictor(
        entrypoint=entrypoint, parameters=parameters, inputs=inputs, state=state
    )


class Around(BatchedPredictor):
    """A converted model that is given, or gives, something else than it should."""

    def __init__(
        self,
        inner: Predictor,
        *,
        before: Callable[[Array], Array] = lambda array: array,
        after: Callable[[Array], Array] = lambda array: array,
    ) -> None:
        super().__init__(inner.source, inner.inputs)
        self._inner, self._before, self._after = inner, before, after

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        given = {name: self._before(array) for name, array in batch.items()}
        return self._after(self._inner.predict(given))


def _written(model: "onnx.ModelProto", folder: Path) -> Mapping[str, Path]:
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return {path.name: path}
