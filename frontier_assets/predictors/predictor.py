"""What every predictor does, and the checks on what it is given."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from frontier_assets.errors import InvalidValueError

Array = np.ndarray[Any, Any]
Shape = Sequence[str | int]


class Predictor(Protocol):
    """A model that is ready to predict.

    ``source`` is what messages call it. ``inputs`` maps names to shapes, in which a word names a
    free dimension; the first one is the example's and is free. Calls from several threads are safe.
    """

    @property
    def source(self) -> str:
        """The entrypoint or the file that the model came from."""

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """The names and shapes of the inputs."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs."""

    def predict(self, inputs: Mapping[str, Array]) -> Array:
        """Return the output for any number of examples; the first axis is the example.

        Raises:
            InvalidValueError: the inputs' names, ranks or dimensions are not those declared.
        """


def check_declaration(source: str, inputs: Mapping[str, Shape]) -> None:
    """Refuse shapes that do not begin with one and the same free dimension."""
    firsts = [shape[0] if len(shape) else None for shape in inputs.values()]
    if not firsts or not isinstance(firsts[0], str) or len(set(firsts)) > 1:
        raise InvalidValueError(
            f"Inputs of {source}",
            {name: list(shape) for name, shape in inputs.items()},
            "expected every shape to begin with the same word, e.g. `batch`",
        )


def check_inputs(source: str, declared: Mapping[str, Shape], inputs: Mapping[str, Array]) -> int:
    """Return the number of examples, or raise `InvalidValueError` naming what does not fit."""
    if set(inputs) != set(declared):
        raise InvalidValueError(
            f"Input names of {source}", sorted(inputs), f"expected {sorted(declared)}"
        )
    sizes: dict[str, tuple[int, str]] = {}
    for name, shape in declared.items():
        _check_shape(source, name, shape, inputs[name], sizes)
    rows = len(next(iter(inputs.values())))
    if rows == 0:
        raise InvalidValueError(f"Inputs of {source} with rows", 0, "expected at least one example")
    return rows


def _check_shape(
    source: str, name: str, shape: Shape, array: Array, sizes: dict[str, tuple[int, str]]
) -> None:
    fits = len(array.shape) == len(shape) and all(
        isinstance(wanted, str) or wanted == found
        for wanted, found in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise InvalidValueError(
            f"Input '{name}' of {source} with shape", array.shape, f"expected {list(shape)}"
        )
    for wanted, found in zip(shape, array.shape, strict=True):
        if not isinstance(wanted, str):
            continue
        known, other = sizes.setdefault(wanted, (found, name))
        if known != found:
            raise InvalidValueError(
                f"Input '{name}' of {source} with shape",
                array.shape,
                f"expected {wanted} to be {known}, as in input '{other}'",
            )
