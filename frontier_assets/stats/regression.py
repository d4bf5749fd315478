"""Regression metrics of predicted values; scikit-learn computes them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from frontier_assets.stats.influence import mean_rows, ratio_rows

Array = np.ndarray[Any, Any]


def rmse(values: Array, targets: Array, weights: Array | None) -> float:
    """Return the root of the mean squared error, in the targets' unit."""
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(targets, values, sample_weight=weights))


def mae(values: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean absolute error, in the targets' unit."""
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(targets, values, sample_weight=weights))


def r2(values: Array, targets: Array, weights: Array | None) -> float:
    """Return the coefficient of determination; NaN when the targets do not vary."""
    from sklearn.metrics import r2_score

    if (targets == targets[0]).all():  # scikit-learn calls this 0 or 1, depending on the values
        return float("nan")
    return float(r2_score(targets, values, sample_weight=weights))


def rmse_rows(values: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the root mean squared error."""
    found = []
    for predicted, true in _outputs(values, targets):
        squares = mean_rows((predicted - true) ** 2, weights)
        root = np.sqrt(squares.mean())
        # The derivative of the root; where every error is 0 so is every contribution.
        found.append(root + (squares - squares.mean()) / (2 * root) if root else squares)
    return np.asarray(np.mean(found, axis=0))


def mae_rows(values: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the mean absolute error."""
    errors = np.abs(values.astype(np.float64) - targets)
    return mean_rows(errors.reshape(len(errors), -1).mean(axis=1), weights)


def r2_rows(values: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the coefficient of determination."""
    found = []
    for predicted, true in _outputs(values, targets):
        spread = (true - np.average(true, weights=weights)) ** 2
        found.append(1 - ratio_rows((predicted - true) ** 2, spread, weights))
    return np.asarray(np.mean(found, axis=0))


def _outputs(values: Array, targets: Array) -> Iterator[tuple[Array, Array]]:
    """Yield predicted and true values of each output; scikit-learn averages over outputs."""
    rows = len(targets)
    predicted, true = (side.astype(np.float64).reshape(rows, -1) for side in (values, targets))
    yield from zip(predicted.T, true.T, strict=True)
