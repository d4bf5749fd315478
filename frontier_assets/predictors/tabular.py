"""What the predictors of tables have in common: how inputs are handed over and outputs shaped."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets import entrypoints
from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.specification import Outputs

_TABLE_AXES = 2


class TabularPredictor(BatchedPredictor):
    """A model of rows and columns.

    A single input is passed as the array that it is. Several inputs, each ``[batch, 1]``, become
    the columns of a pandas DataFrame, in the order of ``columns``, the names that the model was
    trained with. ``source`` is the model's class.

    Raises:
        InvalidValueError: the inputs are not the columns that the model knows.
    """

    # Trees and linear models are fast per row and slow per call, unlike networks.
    _batch_rows = 65_536

    def __init__(
        self,
        source: str,
        *,
        inputs: Mapping[str, Shape],
        outputs: Outputs,
        columns: Sequence[str] | None,
    ) -> None:
        super().__init__(source, inputs)
        self.outputs = outputs
        order = _order(source, inputs, columns) if len(inputs) > 1 else tuple(inputs)
        self._inputs = {name: self._inputs[name] for name in order}

    @abstractmethod
    def run(self, table: Any) -> Array:  # noqa: ANN401 - an array or a DataFrame
        """Return the output for one table."""

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        output: Array = entrypoints.invoke(self._source, self.run, self._table(batch))
        return output

    def _table(self, batch: Mapping[str, Array]) -> Any:  # noqa: ANN401 - see `run`
        if len(self._inputs) == 1:
            return batch[self.input_names[0]]
        import pandas as pd

        return pd.DataFrame({name: batch[name][:, 0] for name in self._inputs})


def two_columns(second: Array) -> Array:
    """Return (rows, 2) probabilities from those of the second of two classes."""
    return np.column_stack([1 - second, second])


def checked_labels(source: str, output: Any) -> Array:  # noqa: ANN401 - what a model predicts
    """Return class indices as int64, or refuse other labels by name.

    Raises:
        InvalidValueError: the labels are no integers.
    """
    labels = np.asarray(output)
    if labels.dtype.kind not in "iub":
        raise InvalidValueError(
            f"Labels of {source} with dtype",
            str(labels.dtype),
            "expected integers: train on class indices from 0, and give the names as "
            "`architecture.classes`",
        )
    return labels.astype(np.int64)


def method_of(source: str, model: object, name: str, outputs: str) -> Callable[[Any], Any]:
    """Return the bound method ``name``, which ``architecture.outputs`` asks for.

    Raises:
        InvalidValueError: ``model`` has none.
    """
    found: Callable[[Any], Any] | None = getattr(model, name, None)
    if found is None:
        others = {"predict_proba": "logits or labels", "decision_function": "probabilities"}
        raise InvalidValueError(
            f"`architecture.outputs` of {source}",
            outputs,
            f"it has no `{name}`; write {others.get(name, 'another kind')}, or fit another model",
        )
    return found


def _order(
    source: str, inputs: Mapping[str, Shape], columns: Sequence[str] | None
) -> tuple[str, ...]:
    wrong = [name for name, shape in inputs.items() if list(shape[1:]) != [1]]
    if wrong:
        raise InvalidValueError(
            f"Input '{wrong[0]}' of {source} with shape",
            list(inputs[wrong[0]]),
            "several inputs are the columns of a table; expected [batch, 1] for each, or one "
            "input [batch, n]",
        )
    # A stored specification keeps no order, so the model itself has to know its columns.
    if columns is None or set(columns) != set(inputs):
        raise InvalidValueError(
            f"Inputs of {source}",
            sorted(inputs),
            f"it was trained with the columns {list(columns) if columns else 'without names'}; "
            "fit it on a pandas DataFrame with these names, or declare one input [batch, n]",
        )
    return tuple(columns)
