"""What each example contributes to a metric that is no plain mean.

The contributions of a metric are numbers, one per example, whose mean is the metric and whose
scatter is that of the metric to first order: its influence values. With them one closed form gives
the interval of every metric, and of the difference of two models on the same examples.

Source: Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, section 6.3
(infinitesimal jackknife).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def ratio_rows(numerator: Array, denominator: Array, weights: Array | None) -> Array:
    """Return the contributions to sum(weights * numerator) / sum(weights * denominator).

    Arrays of shape (rows,). With a denominator of 0 the ratio counts as 0.
    """
    weighted = np.ones(len(numerator)) if weights is None else weights.astype(np.float64)
    above, below = weighted * numerator, weighted * denominator
    if not below.sum():
        return np.zeros(len(numerator))
    ratio = above.sum() / below.sum()
    return np.asarray(ratio + (above - ratio * below) / below.mean())


def mean_rows(values: Array, weights: Array | None) -> Array:
    """Return the contributions to the weighted mean of ``values``; the values without weights."""
    if weights is None:
        return values.astype(np.float64)
    return ratio_rows(values.astype(np.float64), np.ones(len(values)), weights)


def macro_rows(
    members: Sequence[Array], right: Array, weights: Array | None, classes: Array
) -> Array:
    """Return the contributions to the mean over ``classes`` of a ratio of right examples.

    Each of ``members`` gives every example a class; a class's ratio is that of the ``right`` ones
    among all its memberships. The targets give recall, the labels precision, both together F1.
    Every class is an index into an array as long as the highest one.
    """
    weighted = np.ones(len(right)) if weights is None else weights.astype(np.float64)
    size = 1 + max(int(places.max()) for places in (*members, classes))
    below = sum((np.bincount(m, weighted, size) for m in members), np.zeros(size))
    above = sum((np.bincount(m, weighted * right, size) for m in members), np.zeros(size))
    ratios = np.divide(above, below, out=np.zeros(size), where=below > 0)
    scale = np.divide(len(right), below, out=np.zeros(size), where=below > 0)
    scale /= len(classes)
    parts = [weighted * (right - ratios[member]) * scale[member] for member in members]
    return np.asarray(ratios[classes].mean() + sum(parts))
