"""Units per variant against R, statsmodels and gsDesign."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.boundaries import bounds, exit_probabilities
from frontier_assets.stats.experiments.sample_size import (
    days,
    inflation,
    units_for_means,
    units_for_proportions,
)
from frontier_assets.stats.experiments.spending import SPENDING


@pytest.mark.feature("ABT-15")
def test_a_rise_from_a_half_by_a_twentieth_takes_1565_units_in_each_variant() -> None:
    """R's power.prop.test(p1 = .50, p2 = .55, power = .80): n = 1564.672."""
    found = units_for_proportions(0.5, 0.05)
    assert (found.per_arm, found.formula) == (1565, "pooled two-proportion z test")


@pytest.mark.parametrize(
    ("baseline", "effect", "power", "per_arm"),
    [(0.5, 0.25, 0.9, 77), (0.1, 0.02, 0.8, 3841), (0.1, -0.02, 0.8, 3213)],
)
def test_other_rates_as_well(baseline: float, effect: float, power: float, per_arm: int) -> None:
    """R's power.prop.test: its help page's 76.7 for .50, .75 and .90; 3840.8 and 3212.6."""
    assert units_for_proportions(baseline, effect, power=power).per_arm == per_arm


@pytest.mark.parametrize(("effect", "power"), [(0.1, 0.8), (-0.3, 0.9)])
def test_means_take_what_statsmodels_says(effect: float, power: float) -> None:
    """The z test of standardised differences; its second tail is left out here."""
    expected = NormalIndPower().solve_power(effect_size=effect / 2.0, alpha=0.05, power=power)
    assert units_for_means(4.0, effect, power=power).per_arm == math.ceil(expected)


def test_three_looks_cost_what_gsdesign_says() -> None:
    """R's gsDesign 3.10.1: k = 3, sfLDOF, alpha 0.025 on each side, beta 0.1, n.I[3] = 1.01185."""
    found = inflation("group_sequential", looks=3, power=0.9, spending="obrien_fleming")
    assert found == pytest.approx(1.01185, abs=5e-6)


@pytest.mark.parametrize(
    ("looks", "constant", "shape", "power", "published"),
    [
        (5, 2.413, 0.0, 0.8, 1.229),
        (5, 2.413, 0.0, 0.9, 1.207),
        (10, 2.555, 0.0, 0.8, 1.301),
        (5, 2.040, 0.5, 0.8, 1.028),
        (10, 2.087, 0.5, 0.9, 1.037),
    ],
)
def test_the_published_inflation_of_pocock_and_obrien_fleming_gives_the_power(
    looks: int, constant: float, shape: float, power: float, published: float
) -> None:
    """Jennison and Turnbull (2000), tables 2.1 to 2.4, two-sided alpha 0.05."""
    times = [(look + 1) / looks for look in range(looks)]
    drift = (norm.isf(0.025) + norm.isf(1 - power)) * math.sqrt(published)
    limits = [constant / time**shape for time in times]
    assert exit_probabilities(times, limits, drift=drift)[1].sum() == pytest.approx(power, abs=4e-4)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
@pytest.mark.parametrize(("looks", "power"), [(1, 0.8), (5, 0.06), (5, 0.8), (168, 0.99)])
def test_the_inflated_units_reach_the_power_in_simulated_paths(
    looks: int, power: float, spending: str
) -> None:
    """Forty thousand Brownian paths, four standard errors; a single look costs nothing."""
    found = inflation("group_sequential", looks=looks, power=power, spending=spending)
    assert found == pytest.approx(1.0) if looks == 1 else found > 1
    times = tuple((look + 1) / looks for look in range(looks))
    limits = np.array(bounds(times, tuple(SPENDING[spending](time, 0.05) for time in times)))
    drift = (norm.isf(0.025) + norm.isf(1 - power)) * math.sqrt(found)
    steps = np.random.default_rng(1).normal(drift / looks, looks**-0.5, (40_000, looks))
    crossed = (steps.cumsum(axis=1) / np.sqrt(times) >= limits).any(axis=1)
    assert crossed.mean() == pytest.approx(power, abs=0.01)


def test_a_fixed_horizon_costs_nothing_and_always_valid_less_than_twice() -> None:
    assert inflation("fixed", looks=50, spending="pocock") == 1.0
    assert 1.8 < inflation("always_valid", looks=50, spending="pocock") < 2.0


def test_the_smallest_treatment_needs_the_most_days() -> None:
    """With half of the units as control, a fifth tells in 6 days what even ones do in 5.5."""
    assert days(1565, units_per_day=1000, shares=(0.5, 0.3, 0.2)) == 6
    assert days(1800, units_per_day=1000, shares=(0.9, 0.1)) == 10
    assert days(1000, units_per_day=1000, shares=(0.5, 0.5)) == 2


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: units_for_proportions(0.5, 0.0), "Effect"),
        (lambda: units_for_proportions(0.5, 0.6), "Rates"),
        (lambda: units_for_proportions(0.5, 0.1, alpha=1.0), "Alpha"),
        (lambda: units_for_proportions(0.5, 0.1, power=0.0), "Power"),
        (lambda: units_for_means(0.0, 0.1), "Variance"),
        (lambda: units_for_means(math.nan, 0.1), "Variance"),
        (lambda: units_for_means(1.0, math.nan), "Effect"),
        (lambda: units_for_means(1.0, 0.1, power=0.04), "Power"),
        (lambda: inflation("fixed", looks=5, power=0.05), "Power"),
        (lambda: inflation("group_sequential", looks=5, spending="all"), "Spending"),
        (lambda: inflation("peeking", looks=5), "Method"),
        (lambda: inflation("fixed", looks=0, spending="pocock"), "Looks"),
        (lambda: days(10, units_per_day=0, shares=(0.5, 0.5)), "Units per day"),
        (lambda: days(10, units_per_day=5, shares=(1.0, 0.0)), "Units per day"),
    ],
)
def test_what_can_never_be_reached_is_refused(call: object, named: str) -> None:
    assert callable(call)
    with pytest.raises(InvalidValueError, match=named):
        call()
