"""Thompson sampling against the integrals that its draws stand for."""

import math

import pytest
from scipy import integrate, stats

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.bandit import beta_weights, normal_weights
from frontier_assets.stats.experiments.effect import Estimate


def test_rates_weigh_as_often_as_they_are_the_best() -> None:
    """scipy's quadrature of one beta density by the other's distribution, within 4 sigma."""
    first, second = stats.beta(31, 71), stats.beta(41, 61)
    expected, _ = integrate.quad(lambda rate: second.pdf(rate) * first.cdf(rate), 0, 1)
    found = beta_weights([(30, 100), (40, 100)], seed=1)
    assert found[1] == pytest.approx(expected, abs=0.015)
    assert sum(found) == pytest.approx(1)


def test_means_weigh_as_often_as_they_are_the_best() -> None:
    sides = [Estimate(1.0, 0.2, 50), Estimate(1.2, 0.1, 50)]
    expected = stats.norm.cdf(0.2 / math.hypot(0.2, 0.1))
    assert normal_weights(sides, seed=1)[1] == pytest.approx(expected, abs=0.015)
    lower = normal_weights(sides, seed=1, direction="lower")
    assert lower[0] == pytest.approx(expected, abs=0.015)


def test_a_seed_repeats_its_weights() -> None:
    counts = [(3, 10), (5, 10), (4, 10)]
    assert beta_weights(counts, seed=7) == beta_weights(counts, seed=7)
    assert beta_weights(counts, seed=7) != beta_weights(counts, seed=8)


def test_what_was_not_shown_yet_weighs_like_the_others() -> None:
    assert beta_weights([(0, 0), (0, 0)], seed=1) == pytest.approx((0.5, 0.5), abs=0.015)
    sides = [Estimate(1.0, 0.1, 50), Estimate(math.nan, math.nan, 0)]
    assert normal_weights(sides, seed=1) == (0.5, 0.5)


@pytest.mark.parametrize("counts", [(11, 10), (-1, 10)])
def test_impossible_counts_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(InvalidValueError, match="Successes"):
        beta_weights([counts], seed=1)
