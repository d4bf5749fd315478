"""LightGBM boosters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.predictors.tabular import TabularPredictor, two_columns
from frontier_assets.specification import Outputs

_CLASSIFIERS = ("binary", "multiclass", "multiclassova", "cross_entropy")
_HALF = 0.5


class LightGBMPredictor(TabularPredictor):
    """A booster on ``threads`` threads.

    Raises:
        InvalidValueError: its objective gives no classes and ``outputs`` asks for them.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - no types
        *,
        inputs: Mapping[str, Shape],
        outputs: Outputs,
        threads: int = 2,
    ) -> None:
        require_packages("LightGBM models", ("lightgbm",), extra="lightgbm")
        self.booster = model
        self._threads = threads
        self.objective = str(model.params.get("objective", "none"))
        super().__init__(
            "lightgbm.Booster", inputs=inputs, outputs=outputs, columns=model.feature_name()
        )
        if outputs in ("probabilities", "labels") and self.objective not in _CLASSIFIERS:
            raise InvalidValueError(
                f"`architecture.outputs` of {self.source}",
                outputs,
                f"its objective is {self.objective}; train with {' or '.join(_CLASSIFIERS[:2])}, "
                "or write `values` or `logits`",
            )

    @override
    def run(self, table: Any) -> Array:
        found = np.asarray(
            self.booster.predict(
                table, raw_score=self.outputs == "logits", num_threads=self._threads
            )
        )
        if self.outputs not in ("probabilities", "labels"):
            return found
        probabilities = two_columns(found) if found.ndim == 1 else found
        if self.outputs == "probabilities":
            return probabilities
        labels = found > _HALF if found.ndim == 1 else probabilities.argmax(axis=1)
        return np.asarray(labels, np.int64)
