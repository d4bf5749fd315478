"""Clustering metrics of predicted labels against true groups; scikit-learn computes them."""

from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError

Array = np.ndarray[Any, Any]


def adjusted_rand(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the adjusted Rand index: 1 for the same groups, about 0 for chance, at least -0.5.

    The names of the groups do not matter.

    Raises:
        InvalidValueError: there are weights, for which it is not defined.

    Source: Hubert and Arabie (1985), Journal of Classification 2:193-218, equation 5.
    """
    from sklearn.metrics import adjusted_rand_score

    if weights is not None:
        raise InvalidValueError(
            "Weights", f"{len(weights)} numbers", "adjusted_rand knows none; leave them out"
        )
    return float(adjusted_rand_score(targets, labels))


def adjusted_rand_rows(labels: Array, targets: Array, weights: Array | None) -> Array:  # noqa: ARG001 - `adjusted_rand` refuses weights
    """Return what each example contributes: jackknife values, moved to have the index as mean.

    Leaving an example out changes the counts of its own cell, row and column alone, so that all
    values take one pass over the table of counts.
    """
    _, places = np.unique(labels, return_inverse=True)
    _, true = np.unique(targets, return_inverse=True)
    table = np.zeros((true.max() + 1, places.max() + 1))
    np.add.at(table, (true, places), 1)
    cells, groups, clusters = table[true, places], table.sum(axis=1), table.sum(axis=0)
    both, first, second = (
        (counts * (counts - 1) / 2).sum() for counts in (table, groups, clusters)
    )
    rows = len(labels)
    index = _adjusted(both, first, second, rows)
    without = _adjusted(
        both - (cells - 1),
        first - (groups[true] - 1),
        second - (clusters[places] - 1),
        rows - 1,
    )
    return np.asarray(index + (rows - 1) * (without.mean() - without))


def _adjusted(both: Array, first: Array, second: Array, rows: int) -> Array:
    """Return the index from the numbers of pairs within cells, true groups and clusters."""
    expected = first * second / max(1.0, rows * (rows - 1) / 2)
    highest = (first + second) / 2
    # 0/0 is one group, or one group per example, on both sides: the same groups.
    top, bottom = np.asarray(both - expected), np.asarray(highest - expected)
    return np.divide(top, bottom, out=np.ones_like(bottom), where=bottom != 0)
