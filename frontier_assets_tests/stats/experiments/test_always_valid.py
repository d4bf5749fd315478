"""Asymptotic confidence sequences against the mixture that they come from."""

import math

import pytest
from scipy import integrate, stats

from frontier_assets.stats.experiments.always_valid import always_valid
from frontier_assets.stats.experiments.plan import Looks, Plan, Rule

PLAN = Plan(planned=10_000)


def at(units: int, z: float = 0.0, plan: Plan = PLAN) -> Rule:
    return always_valid(z, plan, Looks([units]))


def best_variance(plan: Plan) -> float:
    """Return the mixture's variance whose bound at the planned units is lowest, by search."""
    from scipy.optimize import minimize_scalar

    def bound(exponent: float) -> float:
        spread = plan.planned * math.exp(exponent) + 1
        return spread / (spread - 1) * math.log(spread / plan.alpha**2)

    return math.exp(minimize_scalar(bound, bounds=(-14, 0), method="bounded").x)


def evidence(units: int, z: float, variance: float) -> float:
    """Return Robbins' mixture of likelihood ratios over normally distributed means."""

    def ratio(mean: float) -> float:
        exponent = mean * z * math.sqrt(units) - mean**2 * units / 2
        return math.exp(exponent) * float(stats.norm.pdf(mean, scale=math.sqrt(variance)))

    found, _ = integrate.quad(ratio, -0.5, 0.5, points=[0.0, z / math.sqrt(units)], limit=200)
    return float(found)


@pytest.mark.parametrize("units", [1_000, 10_000, 40_000])
def test_the_bound_is_where_the_mixture_reaches_the_inverse_of_alpha(units: int) -> None:
    """scipy's quadrature of the mixture in Robbins (1970), with the variance found by search."""
    variance = best_variance(PLAN)
    assert evidence(units, at(units).critical, variance) == pytest.approx(20, rel=1e-5)
    assert at(units, 2.5).p == pytest.approx(min(1, 1 / evidence(units, 2.5, variance)), rel=1e-5)


@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.2])
def test_the_p_value_is_alpha_where_the_statistic_meets_the_bound(alpha: float) -> None:
    plan = Plan(planned=500, alpha=alpha)
    assert at(700, at(700, plan=plan).critical, plan).p == pytest.approx(alpha)


def test_it_is_narrowest_at_the_planned_units_and_has_no_end() -> None:
    criticals = [at(units).critical for units in (100, 2_500, 10_000, 40_000, 10**7)]
    widths = [value for value in criticals if math.isfinite(value)]
    assert len(widths) == 5
    for planned in (5_000, 20_000):
        assert at(10_000, plan=Plan(planned)).critical > at(10_000).critical
