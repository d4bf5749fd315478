"""Intervals against published figures, other libraries, and how often they hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.intervals import mean_interval, wilson_interval


@pytest.mark.parametrize(
    ("successes", "count", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_the_published_example(
    successes: int, count: int, lower: float, upper: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    found = wilson_interval(successes, count)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


@given(count=st.integers(1, 10**6), part=st.floats(0, 1))
def test_wilson_lies_around_the_proportion_and_within_0_and_1(count: int, part: float) -> None:
    found = wilson_interval(round(part * count), count)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1
    assert found.lower < found.upper


@pytest.mark.parametrize(("successes", "count"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(successes: int, count: int) -> None:
    with pytest.raises(InvalidValueError, match="Successes"):
        wilson_interval(successes, count)


def test_the_mean_has_the_interval_of_the_t_test() -> None:
    values = np.random.default_rng(1).normal(3, 2, 17)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean_interval(values) == pytest.approx((values.mean(), *expected), rel=1e-12)


def test_equal_values_have_an_interval_without_width_and_one_value_has_none() -> None:
    assert mean_interval(np.full(5, 0.25)) == (0.25, 0.25, 0.25)
    assert mean_interval(np.array([0.25])) is None


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.02, 0.5, 0.97])
def test_wilson_holds_in_about_95_of_100_samples(rate: float) -> None:
    found = np.random.default_rng(2).binomial(200, rate, 4000)
    held = [
        item.lower <= rate <= item.upper for item in (wilson_interval(int(k), 200) for k in found)
    ]
    assert math.isclose(np.mean(held), 0.95, abs_tol=0.025)
