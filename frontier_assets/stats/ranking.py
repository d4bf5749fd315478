"""Ranking metrics of scores against relevance, both (rows, items): one ranking per row.

Items are ranked from the highest score; of equal scores the first item comes first. Relevance is
0 for what is not wanted; where it only counts whether an item is wanted, anything above 0 is.
Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 8.4.
"""

from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.influence import mean_rows

Array = np.ndarray[Any, Any]
_TOP = 10


def precision_at_10(scores: Array, relevance: Array, weights: Array | None) -> float:
    """Return the mean share of wanted items among the first ten, or among all of fewer."""
    return float(precision_at_10_rows(scores, relevance, weights).mean())


def precision_at_10_rows(scores: Array, relevance: Array, weights: Array | None) -> Array:
    """Return what each ranking contributes to `precision_at_10`."""
    return mean_rows((_ranked(scores, relevance) > 0)[:, :_TOP].mean(axis=1), weights)


def recall_at_10(scores: Array, relevance: Array, weights: Array | None) -> float:
    """Return the mean share of the wanted items that is among the first ten; 0 where none is."""
    return float(recall_at_10_rows(scores, relevance, weights).mean())


def recall_at_10_rows(scores: Array, relevance: Array, weights: Array | None) -> Array:
    """Return what each ranking contributes to `recall_at_10`."""
    wanted = _ranked(scores, relevance) > 0
    return mean_rows(wanted[:, :_TOP].sum(axis=1) / np.maximum(1, wanted.sum(axis=1)), weights)


def ndcg_at_10(scores: Array, relevance: Array, weights: Array | None) -> float:
    """Return the mean discounted gain of the first ten, over the best possible; 0 for no gain.

    Source: Järvelin and Kekäläinen (2002), ACM TOIS 20:422-446, with the discount log2(rank + 1).
    """
    return float(ndcg_at_10_rows(scores, relevance, weights).mean())


def ndcg_at_10_rows(scores: Array, relevance: Array, weights: Array | None) -> Array:
    """Return what each ranking contributes to `ndcg_at_10`."""
    gained = _discounted(_ranked(scores, relevance))
    best = _discounted(-np.sort(-relevance.astype(np.float64), axis=1))
    return mean_rows(np.divide(gained, best, out=np.zeros(len(best)), where=best > 0), weights)


def mean_reciprocal_rank(scores: Array, relevance: Array, weights: Array | None) -> float:
    """Return the mean of 1 / rank of the first wanted item; 0 for a row without one."""
    return float(mean_reciprocal_rank_rows(scores, relevance, weights).mean())


def mean_reciprocal_rank_rows(scores: Array, relevance: Array, weights: Array | None) -> Array:
    """Return what each ranking contributes to `mean_reciprocal_rank`."""
    wanted = _ranked(scores, relevance) > 0
    return mean_rows(wanted.any(axis=1) / (1.0 + wanted.argmax(axis=1)), weights)


def _ranked(scores: Array, relevance: Array) -> Array:
    """Return the relevance of the items in the order of their scores."""
    if scores.ndim != 2:  # noqa: PLR2004 - rows and items
        raise InvalidValueError("Scores shape", scores.shape, "expected (rows, items)")
    if (relevance < 0).any():
        raise InvalidValueError("Relevance", float(relevance.min()), "expected 0 or more")
    order = np.argsort(-scores.astype(np.float64), axis=1, kind="stable")
    return np.take_along_axis(relevance.astype(np.float64), order, axis=1)


def _discounted(gains: Array) -> Array:
    top = gains[:, :_TOP]
    found: Array = (top / np.log2(np.arange(top.shape[1]) + 2)).sum(axis=1)
    return found
