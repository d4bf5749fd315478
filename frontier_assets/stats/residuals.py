"""How far predicted values lie from the true ones, and where: a summary of the residuals."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class ResidualSummary:
    """Residuals are predicted minus true, in the target's unit; positive is too high.

    ``quantiles`` are those of `QUANTILES`, ``deviation`` is the population's standard deviation.
    The histogram has one more edge than counts. ``points`` are (predicted, residual) of a sample
    spread evenly over the predicted values, smallest first.
    """

    count: int
    mean: float
    deviation: float
    quantiles: tuple[float, ...]
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    points: tuple[tuple[float, float], ...]


def residual_summary(
    values: Array, targets: Array, *, bins: int = 20, points: int = 200
) -> ResidualSummary:
    """Summarise the residuals of ``values`` against ``targets``, arrays of one shape.

    Several outputs per example are taken together.
    """
    predicted = values.astype(np.float64).ravel()
    residuals = predicted - targets.astype(np.float64).ravel()
    counts, edges = np.histogram(residuals, bins=_edges(residuals, bins))
    order = np.argsort(predicted, kind="stable")
    chosen = order[np.linspace(0, len(order) - 1, min(points, len(order))).round().astype(np.int64)]
    return ResidualSummary(
        count=len(residuals),
        mean=float(residuals.mean()),
        deviation=float(residuals.std()),
        quantiles=tuple(float(value) for value in np.quantile(residuals, QUANTILES)),
        edges=tuple(float(edge) for edge in edges),
        counts=tuple(int(count) for count in counts),
        points=tuple((float(predicted[i]), float(residuals[i])) for i in chosen),
    )


def _edges(residuals: Array, bins: int) -> Array:
    low, high = float(residuals.min()), float(residuals.max())
    # Where the range has no room for the bins (equal residuals), one unit around it has.
    room = (high - low) / bins > np.spacing(max(abs(low), abs(high)))
    if not room:
        half = max(0.5, abs(low) * 1e-6)
        low, high = low - half, high + half
    return np.linspace(low, high, bins + 1)
