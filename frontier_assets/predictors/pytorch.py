"""PyTorch networks, rebuilt from their weights."""

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import override

from frontier_assets import entrypoints
from frontier_assets.errors import EntrypointError, InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array, Shape

if TYPE_CHECKING:
    import torch


class PyTorchPredictor(BatchedPredictor):
    """A network in evaluation mode on the CPU, without gradients.

    ``entrypoint`` builds the network from ``parameters``; ``state`` has to be all of its weights
    and buffers, in their shapes and dtypes.

    Raises:
        EntrypointError: the network cannot be built, or does not fit the weights or the inputs.
    """

    def __init__(
        self,
        *,
        entrypoint: str,
        parameters: Mapping[str, Any],
        inputs: Mapping[str, Shape],
        state: Mapping[str, "torch.Tensor"],
    ) -> None:
        super().__init__(entrypoint, inputs)
        self._parameters = dict(parameters)
        self.module = build_module(entrypoint, parameters, state)
        order = argument_order(entrypoint, self.module, tuple(inputs))
        self._inputs = {name: self._inputs[name] for name in order}

    def arguments(self, inputs: Mapping[str, Array]) -> tuple["torch.Tensor", ...]:
        """Return the inputs as tensors, in the order in which the network takes them."""
        return tuple(_tensor(name, inputs[name]) for name in self._inputs)

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # Classes of networks may be local to the function that builds them.
        parts = self.source, self._parameters, self._inputs, self.module.state_dict()
        return _rebuilt, parts

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        import torch

        with torch.no_grad():
            tensors = self.arguments(batch)
            return self._array(entrypoints.invoke(self.source, self.module, *tensors))

    def _array(self, output: object) -> Array:
        import torch

        if not isinstance(output, torch.Tensor):
            raise EntrypointError(
                self.source, f"its network returned {type(output).__name__}; expected a tensor"
            )
        # NumPy has no bfloat16, and float32 holds each of its values.
        output = output.float() if output.dtype is torch.bfloat16 else output
        return np.asarray(output.numpy())


def _rebuilt(
    entrypoint: str,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, Shape],
    state: Mapping[str, "torch.Tensor"],
) -> PyTorchPredictor:
    """Return the predictor that was pickled; its process trusts its own."""
    return PyTorchPredictor(
        entrypoint=entrypoint, parameters=parameters, inputs=inputs, state=state
    )


def build_module(
    entrypoint: str, parameters: Mapping[str, Any], state: Mapping[str, "torch.Tensor"]
) -> "torch.nn.Module":
    """Return the network that ``entrypoint`` builds, with ``state``, in evaluation mode."""
    require_packages("PyTorch models", ("torch",), extra="pytorch")
    import torch

    module = entrypoints.call(entrypoint, **parameters)
    if not isinstance(module, torch.nn.Module):
        raise EntrypointError(
            entrypoint, f"returned {type(module).__name__}; expected torch.nn.Module"
        )
    # `load_state_dict` would convert dtypes without a word, and so change the outputs.
    for name, tensor in module.state_dict().items():
        if name in state and state[name].dtype != tensor.dtype:
            raise EntrypointError(
                entrypoint,
                f"builds '{name}' as {tensor.dtype} and the weights are {state[name].dtype}; "
                "build the network as it was trained",
            )
    try:
        module.load_state_dict(dict(state), strict=True)
    except RuntimeError as error:
        problem = " ".join(str(error).split())
        raise EntrypointError(
            entrypoint, f"its network does not fit the weights: {problem}"
        ) from error
    return module.eval()


def argument_order(
    entrypoint: str, module: "torch.nn.Module", names: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the input names in the order in which ``forward`` takes them.

    A stored specification keeps no order, so several inputs are told apart by their names.
    """
    if len(names) == 1:
        return names
    arguments = tuple(inspect.signature(module.forward).parameters)
    order = arguments[: len(names)]
    if set(order) != set(names):
        raise EntrypointError(
            entrypoint,
            f"its network takes {', '.join(arguments)}; expected the names in "
            f"`architecture.inputs`: {', '.join(sorted(names))}",
        )
    return order


def _tensor(name: str, array: Array) -> "torch.Tensor":
    import torch

    try:
        return torch.from_numpy(np.array(array, order="C"))
    except TypeError as error:
        raise InvalidValueError(
            f"Input '{name}' dtype", str(array.dtype), "expected numbers that PyTorch knows"
        ) from error
