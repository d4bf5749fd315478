"""Keras models, run by PyTorch whatever backend they were trained on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from frontier_assets.codecs.keras_model import archive_of, classes_of, keras_on_torch, read
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Shape
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.specification import Outputs

if TYPE_CHECKING:
    import torch


class KerasPredictor(PyTorchPredictor):
    """A Keras model in inference mode; on PyTorch it is a network as any other.

    Several inputs are told apart by the names of its input layers. What it returns is ``outputs``.

    Raises:
        InvalidValueError: Keras runs on another backend here, or the inputs are not the model's.
    """

    def __init__(self, model: Any, *, inputs: Mapping[str, Shape], outputs: Outputs) -> None:  # noqa: ANN401 - Keras has no types
        require_packages("Keras models", ("keras", "torch"), extra="keras")
        backend = keras_on_torch().backend.backend()
        if backend != "torch":
            raise InvalidValueError(
                "KERAS_BACKEND", backend, "models of every backend predict on `torch`; unset it"
            )
        source = f"{type(model).__module__}.{type(model).__qualname__}"
        BatchedPredictor.__init__(self, source, inputs)
        self.model, self.outputs = model, outputs
        self._inputs = {name: self._inputs[name] for name in _order(source, model, tuple(inputs))}
        self.module = _inference(model)

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # What is in memory has been trusted before.
        content = archive_of(self.model, self.source)
        return _rebuilt, (content, self.source, self._inputs, self.outputs)


def _rebuilt(
    content: bytes, source: str, inputs: Mapping[str, Shape], outputs: Outputs
) -> KerasPredictor:
    """Return the predictor that was pickled; its process trusts its own."""
    model = read(content, "", source, ObjectPolicy(trusted_types=classes_of(content)))
    return KerasPredictor(model, inputs=inputs, outputs=outputs)


def _order(source: str, model: Any, names: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ANN401 - no types
    if len(names) == 1:
        return names
    order = tuple(str(tensor.name) for tensor in getattr(model, "inputs", None) or ())
    if set(order) != set(names):
        raise InvalidValueError(
            f"Inputs of {source}",
            sorted(names),
            f"expected the names of its input layers: {', '.join(order) or 'it has none'}",
        )
    return order


def _inference(model: Any) -> "torch.nn.Module":  # noqa: ANN401 - no types
    import torch

    class Inference(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, first: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
            given = [first, *others] if others else first
            found: torch.Tensor = self.model(given, training=False)
            return found

    return Inference().eval()
