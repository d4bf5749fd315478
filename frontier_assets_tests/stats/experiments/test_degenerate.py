"""Data that prove nothing, however they look: nobody wins, and the reason is said."""

import math

import numpy as np
import pytest

from frontier_assets.stats.experiments.judgement import METHODS, Judgement, judge
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.plan import Looks, Plan
from frontier_assets.stats.experiments.quantiles import QuantileSample, difference_of_quantiles
from frontier_assets.stats.experiments.sample import Companion, Sample

PLAN = Plan(planned=100)
FINE = Sample.of(np.random.default_rng(1).normal(size=50))
ZEROS = np.zeros(50)


def means(values: list[float] | np.ndarray) -> Judgement:
    effect = difference_of_means(FINE, Sample.of(np.asarray(values, dtype=float)))
    return judge(effect, PLAN, Looks([100]), method="fixed")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "treatment has no units"),
        ([99.0], "treatment has only one unit"),
        ([99.0] * 50, "treatment has the same value in every unit"),
        ([99.1] * 50, "treatment has the same value in every unit"),
        ([0.0] * 50, "treatment has the same value in every unit"),
        ([99.0, math.nan, 98.0], "treatment has a value that is no finite number"),
        ([99.0, math.inf, 98.0], "treatment has a value that is no finite number"),
    ],
    ids=["empty", "one unit", "no scatter", "rounded", "zeros", "NaN", "infinite"],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_degenerate_values_never_win(values: list[float], reason: str) -> None:
    found = means(values)
    assert found.flaw == reason
    assert (found.z, found.p, found.interval, found.relative) == (0.0, 1.0, None, None)
    assert not found.better(1.0, "higher")
    assert not found.better(1.0, "lower")


@pytest.mark.parametrize(
    "below",
    [Companion(0.0, 0.0, 0.0), Companion(math.nan, 1.0, 0.0), Companion(1.0, math.inf, 0.0)],
    ids=["zero", "NaN", "infinite"],
)
def test_a_ratio_without_a_finite_denominator_never_wins(below: Companion) -> None:
    side = Sample(count=50, mean=9.0, variance=1.0, denominator=below)
    effect = difference_of_means(FINE, side)
    assert effect.flaw == "treatment has a value that is no finite number"


def test_a_quantile_among_ties_never_wins() -> None:
    sides = QuantileSample(50, 1.0, 0.9, 1.1), QuantileSample(50, 9.0, 9.0, 9.0)
    assert difference_of_quantiles(*sides).flaw == "treatment has the same value in every unit"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("looks", "reason"),
    [
        ([], "there is no look"),
        ([50, 40], "there are fewer units than at an earlier look"),
        ([0], "there are no units"),
    ],
)
def test_looks_without_order_or_units_conclude_nothing(
    method: str, looks: list[int], reason: str
) -> None:
    shifted = Sample.of(np.random.default_rng(2).normal(9, 1, 50))
    found = judge(difference_of_means(FINE, shifted), PLAN, Looks(looks), method=method)
    assert found.flaw in {reason, "a fixed-horizon test waits for all units: 0 of 100 are there"}
    assert (found.p, found.interval) == (1.0, None)


@pytest.mark.parametrize("method", METHODS)
def test_rows_delivered_twice_are_no_second_look(method: str) -> None:
    """A look that repeats the units of the one before concludes what that one did."""
    shifted = Sample.of(np.random.default_rng(2).normal(0.6, 1, 50))
    effect = difference_of_means(FINE, shifted)
    once, twice = (
        judge(effect, PLAN, Looks(looks), method=method) for looks in ([50, 100], [50, 100, 100])
    )
    assert once == twice
