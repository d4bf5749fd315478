"""A metric: what it is computed from, which way is better, and how sure its value is."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.intervals import Interval, mean_interval, wilson_interval

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that says how good predictions are.

    ``needs`` is what it is computed from; ``compute`` names ``module:function``, imported at first
    use and called with predictions, targets and weights (or None). Beside it ``function_rows``
    returns what each example contributes, see `stats.influence`. No value lies outside ``low`` to
    ``high``. With ``over_classes`` it weighs classes or groups against each other, which says
    nothing about examples of one class.
    """

    name: str
    direction: Direction
    unit: str
    needs: Literal["labels", "probabilities", "values", "texts"]
    compute: str
    low: float = 0.0
    high: float = 1.0
    over_classes: bool = False

    def check_threshold(self, gate: str, threshold: float) -> None:
        """Refuse the threshold of a ``gate`` that every value, or none, would meet.

        Raises:
            InvalidValueError: it lies outside the metric's range.
        """
        if not self.low <= threshold <= self.high:
            raise InvalidValueError(
                f"Threshold of gate '{gate}'",
                threshold,
                f"{self.name} lies between {self.low:g} and {self.high:g}",
            )

    def __call__(self, predictions: Array, targets: Array, weights: Array | None) -> float:
        """Return the metric, or raise `InvalidValueError` when it is undefined."""
        value = float(self._function()(predictions, targets, weights))
        if not isfinite(value):
            raise InvalidValueError(
                f"Metric '{self.name}'",
                value,
                f"it is undefined on these {len(targets)} examples; "
                "evaluate on more varied ones, or leave the metric out",
            )
        return value

    def rows(self, predictions: Array, targets: Array, weights: Array | None) -> Array:
        """Return what each example contributes to the metric, which is their mean."""
        found: Array = self._function("_rows")(predictions, targets, weights)
        return found

    def interval(self, rows: Array) -> Interval | None:
        """Return the confidence interval of the metric from its ``rows``; None for one example.

        A fraction of examples has Wilson's; any other metric Student's over the contributions, cut
        to the values that it can have.
        """
        if (self.low, self.high) == (0.0, 1.0) and np.isin(rows, (0.0, 1.0)).all():
            return wilson_interval(int(rows.sum()), len(rows))
        found = mean_interval(rows)
        if found is None:
            return None
        return Interval(found.estimate, max(self.low, found.lower), min(self.high, found.upper))

    def _function(self, ending: str = "") -> Callable[[Array, Array, Array | None], Any]:
        module, _, function = self.compute.partition(":")
        found: Callable[[Array, Array, Array | None], Any] = getattr(
            importlib.import_module(module), function + ending
        )
        return found
