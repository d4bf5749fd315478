"""The sample-ratio check against scipy's distributions, and how often it errs at any look."""

import math

import numpy as np
import pytest
from scipy import stats

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.sample_ratio import sample_ratio


@pytest.mark.parametrize(
    ("counts", "weights"),
    [((5200, 4800), (1, 1)), ((520, 330, 150), (0.5, 0.3, 0.2)), ((9, 1), (0.9, 0.1))],
)
def test_the_evidence_is_the_quotient_of_scipys_probabilities(
    counts: tuple[int, ...], weights: tuple[float, ...]
) -> None:
    """scipy's Dirichlet-multinomial by its multinomial distribution."""
    shares = np.array(weights) / sum(weights)
    mixture = stats.dirichlet_multinomial.logpmf(counts, 1000 * shares, sum(counts))
    intended = stats.multinomial.logpmf(counts, sum(counts), shares)
    expected = min(1.0, math.exp(intended - mixture))
    assert sample_ratio(counts, weights).p == pytest.approx(expected, rel=1e-6)


def test_two_percent_more_users_in_one_variant_are_found() -> None:
    found = sample_ratio((51_000, 49_000), (0.5, 0.5))
    assert found.p < 0.001
    assert found.shares == (0.51, 0.49)


def test_shares_as_intended_are_not() -> None:
    assert sample_ratio((50_010, 49_990), (1, 1)).p == 1.0
    assert sample_ratio((0, 0), (1, 1)).p == 1.0


@pytest.mark.parametrize(
    ("counts", "weights", "named"),
    [
        ((1, 2), (1,), "Weights"),
        ((1, 2), (1, 0), "Weights"),
        ((1, -2), (1, 1), "Counts"),
    ],
)
def test_impossible_counts_and_weights_are_refused(
    counts: tuple[int, ...], weights: tuple[float, ...], named: str
) -> None:
    with pytest.raises(InvalidValueError, match=named):
        sample_ratio(counts, weights)


def test_fifty_looks_at_a_sound_assignment_raise_few_alarms() -> None:
    """A chi-square test at 5 % over the same looks alarms in about every third experiment."""
    random = np.random.default_rng(5)
    paths = random.multinomial(1000, (0.5, 0.3, 0.2), size=(400, 50)).cumsum(axis=1)
    alarms = [
        any(sample_ratio(look.tolist(), (0.5, 0.3, 0.2)).p <= 0.05 for look in path)
        for path in paths
    ]
    assert np.mean(alarms) < 0.05
    expected = paths.sum(axis=2, keepdims=True) * np.array((0.5, 0.3, 0.2))
    squares = ((paths - expected) ** 2 / expected).sum(axis=2)
    assert (stats.chi2.sf(squares, 2) <= 0.05).any(axis=1).mean() > 0.2
