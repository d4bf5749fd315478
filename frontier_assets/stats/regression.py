"""Regression metrics of predicted values; scikit-learn computes them."""

from typing import Any

import numpy as np

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
