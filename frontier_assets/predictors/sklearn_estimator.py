"""Scikit-learn estimators and pipelines."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.predictors.tabular import TabularPredictor, checked_labels, method_of
from frontier_assets.specification import Outputs

_METHODS: Mapping[Outputs, str] = {
    "probabilities": "predict_proba",
    "logits": "decision_function",
    "labels": "predict",
    "values": "predict",
}


class SklearnPredictor(TabularPredictor):
    """An estimator that answers as ``outputs`` says.

    Raises:
        InvalidValueError: it has no method for these outputs, or its classes are no indices.
    """

    def __init__(self, model: Any, *, inputs: Mapping[str, Shape], outputs: Outputs) -> None:  # noqa: ANN401 - no types
        kind = type(model)
        source = f"{kind.__module__}.{kind.__qualname__}"
        columns = getattr(model, "feature_names_in_", None)
        super().__init__(
            source,
            inputs=inputs,
            outputs=outputs,
            columns=None if columns is None else [str(name) for name in columns],
        )
        self.model = model
        self._method = method_of(source, model, _METHODS[outputs], outputs)
        if outputs in ("probabilities", "logits"):
            _check_classes(source, model)

    @override
    def run(self, table: Any) -> Array:
        output = self._method(table)
        if self.outputs == "labels":
            return checked_labels(self.source, output)
        if isinstance(output, list):
            raise InvalidValueError(
                f"Outputs of {self.source}", len(output), "expected one array, not one per target"
            )
        return np.asarray(output)


def _check_classes(source: str, model: Any) -> None:  # noqa: ANN401 - no types
    classes = getattr(model, "classes_", None)
    if classes is None or np.array_equal(classes, np.arange(len(classes))):
        return
    # Column i of its output would be taken for class i.
    raise InvalidValueError(
        f"Classes of {source}",
        np.asarray(classes).tolist(),
        f"expected 0 to {len(classes) - 1}: train on class indices, and give the names as "
        "`architecture.classes`",
    )
