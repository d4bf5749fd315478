"""Predictors that run one batch after the other, so that memory does not grow with the input."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.predictor import (
    Array,
    Predictor,
    Shape,
    check_declaration,
    check_inputs,
)


class BatchedPredictor(Predictor):
    """Checks what is given, has the subclass run each batch, and joins the outputs.

    Raises:
        InvalidValueError: the declared inputs do not begin with one and the same free dimension.
    """

    # Bounds the memory of one call; larger batches gain little on a CPU.
    _batch_rows: int = 256

    def __init__(self, source: str, inputs: Mapping[str, Shape]) -> None:
        check_declaration(source, inputs)
        self._source = source
        self._inputs = {name: tuple(shape) for name, shape in inputs.items()}

    @property
    @override
    def source(self) -> str:
        return self._source

    @property
    @override
    def inputs(self) -> Mapping[str, Shape]:
        return self._inputs

    @property
    @override
    def input_names(self) -> tuple[str, ...]:
        return tuple(self._inputs)

    @override
    def predict(self, inputs: Mapping[str, Array]) -> Array:
        rows = check_inputs(self._source, self._inputs, inputs)
        pieces = [
            (len(next(iter(batch.values()))), self._run(batch))
            for batch in _batches(inputs, rows, self._batch_rows)
        ]
        return _join_outputs(self._source, pieces)

    @abstractmethod
    def _run(self, batch: dict[str, Array]) -> Array:
        """Return the output for one batch; its first axis is the example."""


def _batches(inputs: Mapping[str, Array], rows: int, size: int) -> Iterator[dict[str, Array]]:
    for start in range(0, rows, size):
        yield {name: array[start : start + size] for name, array in inputs.items()}


def _join_outputs(source: str, pieces: list[tuple[int, Array]]) -> Array:
    """Join the ``pieces``, each with the number of rows that it has to have."""
    for rows, output in pieces:
        if output.ndim == 0 or len(output) != rows:
            raise InvalidValueError(
                f"Output of {source} with shape",
                output.shape,
                f"expected one row for each of {rows} examples",
            )
    shapes = {output.shape[1:] for _, output in pieces}
    if len(shapes) > 1:
        raise InvalidValueError(
            f"Outputs of {source} with shapes", sorted(shapes), "expected the same in every batch"
        )
    return np.concatenate([output for _, output in pieces])
