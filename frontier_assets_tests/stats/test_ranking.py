"""Ranking metrics against hand-worked figures and scikit-learn."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import compute
from frontier_assets.stats.ranking import ndcg_at_10_rows

Array = np.ndarray[Any, Any]
# Twelve items, ranked as they stand; wanted are the 2nd and the 11th, then none, then the first.
SCORES = np.tile(np.arange(12.0, 0.0, -1.0), (3, 1))
RELEVANCE = np.zeros((3, 12))
RELEVANCE[0, [1, 10]] = 1
RELEVANCE[2, 0] = 3


@pytest.mark.feature("EVA-14")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("precision_at_10", (0.1 + 0 + 0.1) / 3),
        ("recall_at_10", (0.5 + 0 + 1) / 3),
        ("mean_reciprocal_rank", (0.5 + 0 + 1) / 3),
        ("ndcg_at_10", (1 / np.log2(3) / (1 + 1 / np.log2(3)) + 0 + 1) / 3),
    ],
)
def test_ranking_metrics_match_hand_figures(name: str, expected: float) -> None:
    found = compute([name], SCORES, RELEVANCE, outputs_kind="values")
    assert found[name] == pytest.approx(expected, rel=1e-12)


def test_the_discounted_gain_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import ndcg_score

    random = np.random.default_rng(1)
    scores, relevance = random.normal(size=(50, 30)), random.integers(0, 4, (50, 30))
    expected = [ndcg_score(relevance[[i]], scores[[i]], k=10) for i in range(50)]
    assert_allclose(ndcg_at_10_rows(scores, relevance, None), expected, rtol=1e-12)


def test_fewer_items_than_ten_are_all_looked_at() -> None:
    found = compute(["precision_at_10"], SCORES[:, :4], RELEVANCE[:, :4], outputs_kind="values")
    assert found["precision_at_10"] == pytest.approx((0.25 + 0 + 0.25) / 3)


@pytest.mark.parametrize(
    ("scores", "relevance", "named"),
    [(SCORES[0], RELEVANCE[0], "Scores shape"), (SCORES, RELEVANCE - 1, "Relevance -1")],
)
def test_what_is_no_ranking_is_refused(scores: Array, relevance: Array, named: str) -> None:
    with pytest.raises(InvalidValueError, match=named):
        compute(["ndcg_at_10"], scores, relevance, outputs_kind="values")
