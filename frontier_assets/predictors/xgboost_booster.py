"""XGBoost boosters and their scikit-learn wrappers."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.packages import require_packages
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.predictors.tabular import TabularPredictor, two_columns
from frontier_assets.specification import Outputs

_BINARY, _MULTI, _MULTI_LABELS = "binary:logistic", "multi:softprob", "multi:softmax"
# What each kind of output can be made from.
_OBJECTIVES: Mapping[str, tuple[str, ...]] = {
    "probabilities": (_BINARY, _MULTI),
    "labels": (_BINARY, _MULTI, _MULTI_LABELS),
}
_HALF = 0.5


class XGBoostPredictor(TabularPredictor):
    """A booster on ``threads`` threads; a wrapper predicts by its booster.

    Raises:
        InvalidValueError: its objective does not give these outputs.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - no types
        *,
        inputs: Mapping[str, Shape],
        outputs: Outputs,
        threads: int = 2,
    ) -> None:
        require_packages("XGBoost models", ("xgboost",), extra="xgboost")
        import xgboost

        wrapped = not isinstance(model, xgboost.Booster)
        self.model = model
        self.booster = model.get_booster() if wrapped else model
        # A file of a wrapper's carries this mark.
        wrapped = wrapped or self.booster.attr("scikit_learn") is not None
        self.booster.set_param({"nthread": threads})
        self._threads = threads
        # A wrapper stops where training was best; a booster uses every tree.
        best = self.booster.attr("best_iteration") if wrapped else None
        self._rounds = (0, 0) if best is None else (0, int(best) + 1)
        config = json.loads(self.booster.save_config())
        self.objective: str = config["learner"]["objective"]["name"]
        source = f"xgboost.{type(model).__name__}"
        super().__init__(source, inputs=inputs, outputs=outputs, columns=self.booster.feature_names)
        known = _OBJECTIVES.get(outputs)
        if known and self.objective not in known:
            raise InvalidValueError(
                f"`architecture.outputs` of {source}",
                outputs,
                f"its objective is {self.objective}; train with {' or '.join(known)}, or write "
                "another kind of outputs",
            )

    @override
    def run(self, table: Any) -> Array:
        import xgboost

        matrix = xgboost.DMatrix(table, nthread=self._threads)
        found = np.asarray(
            self.booster.predict(
                matrix,
                output_margin=self.outputs == "logits",
                iteration_range=self._rounds,
                # Without a DataFrame there are no names to compare.
                validate_features=len(self.inputs) > 1,
            )
        )
        if self.outputs == "probabilities":
            return two_columns(found) if found.ndim == 1 else found
        return self._labels(found) if self.outputs == "labels" else found

    def _labels(self, found: Array) -> Array:
        if self.objective == _MULTI:
            return np.asarray(found.argmax(axis=1), np.int64)
        labels = found > _HALF if self.objective == _BINARY else found
        return np.asarray(labels, np.int64)
