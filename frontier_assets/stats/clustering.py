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

    _refuse_weights("adjusted_rand", weights)
    return float(adjusted_rand_score(targets, labels))


def adjusted_rand_rows(labels: Array, targets: Array, weights: Array | None) -> Array:  # noqa: ARG001 - `adjusted_rand` refuses weights
    """Return what each example contributes: jackknife values, moved to have the index as mean.

    Leaving an example out changes the counts of its own cell, row and column alone, so that all
    values take one pass over the table of counts.
    """
    table, true, places = _counts(labels, targets)
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


def normalized_mutual_information(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the information that clusters and groups share, over the mean of their entropies.

    1 for the same groups, 0 for independent ones; it grows with the number of clusters.

    Raises:
        InvalidValueError: there are weights, for which it is not defined.

    Source: Vinh, Epps and Bailey (2010), JMLR 11:2837-2854, table 2 (NMI_sum).
    """
    from sklearn.metrics import normalized_mutual_info_score

    _refuse_weights("normalized_mutual_information", weights)
    return float(normalized_mutual_info_score(targets, labels))


def normalized_mutual_information_rows(
    labels: Array,
    targets: Array,
    weights: Array | None,  # noqa: ARG001 - `normalized_mutual_information` refuses them
) -> Array:
    """Return what each example contributes: jackknife values, moved to have the index as mean.

    Examples of one cell of the table of counts all have the same.
    """
    table, true, places = _counts(labels, targets)
    index = _shared(table)
    without = np.zeros_like(table)
    for cell in zip(*np.nonzero(table), strict=True):
        table[cell] -= 1
        without[cell] = _shared(table)
        table[cell] += 1
    found = without[true, places]
    return np.asarray(index + (len(labels) - 1) * (found.mean() - found))


def _shared(table: Array) -> float:
    """Return the normalized mutual information of a table of counts."""
    joint = table / max(1.0, table.sum())
    sides = joint.sum(axis=1), joint.sum(axis=0)
    entropies = sum(_entropy(side) for side in sides)
    # No entropy is one group on both sides: the same groups.
    return 2 * (entropies - _entropy(joint)) / entropies if entropies > 0 else 1.0


def _entropy(shares: Array) -> float:
    return float(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum())


def _counts(labels: Array, targets: Array) -> tuple[Array, Array, Array]:
    """Return the table of counts, (groups, clusters), and the place of each example in it."""
    _, places = np.unique(labels, return_inverse=True)
    _, true = np.unique(targets, return_inverse=True)
    table = np.zeros((true.max() + 1, places.max() + 1))
    np.add.at(table, (true, places), 1)
    return table, true, places


def _refuse_weights(metric: str, weights: Array | None) -> None:
    if weights is not None:
        raise InvalidValueError(
            "Weights", f"{len(weights)} numbers", f"{metric} knows none; leave them out"
        )


def _adjusted(both: Array, first: Array, second: Array, rows: int) -> Array:
    """Return the index from the numbers of pairs within cells, true groups and clusters."""
    expected = first * second / max(1.0, rows * (rows - 1) / 2)
    highest = (first + second) / 2
    # 0/0 is one group, or one group per example, on both sides: the same groups.
    top, bottom = np.asarray(both - expected), np.asarray(highest - expected)
    return np.divide(top, bottom, out=np.ones_like(bottom), where=bottom != 0)
