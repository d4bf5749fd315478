"""Units per variant against R, statsmodels and gsDesign."""

import math

import pytest
from statsmodels.stats.power import NormalIndPower

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.sample_size import (
    days,
    inflation,
    units_for_means,
    units_for_proportions,
)


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


def test_a_fixed_horizon_costs_nothing_and_always_valid_less_than_twice() -> None:
    assert inflation("fixed", looks=50, spending="pocock") == 1.0
    assert 1.8 < inflation("always_valid", looks=50, spending="pocock") < 2.0


def test_the_smallest_share_needs_the_most_days() -> None:
    assert days(1565, units_per_day=1000, shares=(0.5, 0.3, 0.2)) == 8
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
