"""Rates against the published table, statsmodels and tea-tasting."""

import pytest
import tea_tasting as tt
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from frontier_assets.stats.experiments.proportions import (
    ProportionEffect,
    difference_of_proportions,
)
from frontier_assets.stats.experiments.sample import Sample

Z = 1.959963984540054


def rates(control: tuple[int, int], treatment: tuple[int, int]) -> ProportionEffect:
    sides = (
        Sample(count=units, mean=won / units, variance=0.0) for won, units in (control, treatment)
    )
    return difference_of_proportions(*sides)


@pytest.mark.parametrize(
    ("treatment", "control", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_interval_is_the_published_one(
    treatment: tuple[int, int],
    control: tuple[int, int],
    lower: float,
    upper: float,
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10."""
    found = rates(control, treatment).interval(Z)
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.feature("ABT-11")
def test_test_and_interval_are_those_of_statsmodels() -> None:
    found = rates((310, 4000), (389, 4100))
    interval = confint_proportions_2indep(389, 4100, 310, 4000, method="newcomb", compare="diff")
    statistic, p = proportions_ztest([389, 310], [4100, 4000])
    assert found.z == pytest.approx(statistic, rel=1e-10)
    assert 2 * stats.norm.sf(found.z) == pytest.approx(p, rel=1e-10)
    assert found.interval(Z) == pytest.approx((found.difference, *interval), rel=1e-8)


def test_the_relative_interval_is_that_of_statsmodels() -> None:
    """statsmodels' risk ratio on the log scale, less 1."""
    found = rates((310, 4000), (389, 4100)).relative(Z)
    low, high = confint_proportions_2indep(389, 4100, 310, 4000, method="log", compare="ratio")
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((low - 1, high - 1), rel=1e-8)


def test_the_p_value_is_that_of_tea_tasting() -> None:
    """tea-tasting 1.14.0, its pooled z test of proportions without correction."""
    groups = [
        tt.aggr.Aggregates(count_=n, mean_={"it": k / n}) for k, n in ((310, 4000), (389, 4100))
    ]
    metric = tt.Proportion("it", method="norm", correction=False, equal_var=True)
    expected = metric.analyze_aggregates(*groups)
    found = rates((310, 4000), (389, 4100))
    assert 2 * stats.norm.sf(found.z) == pytest.approx(expected.pvalue, rel=1e-8)


def test_a_variant_in_which_nobody_did_it_is_judged_by_the_other() -> None:
    found = rates((0, 5000), (60, 5000))
    assert found.flaw is None
    assert found.z > 7


@pytest.mark.parametrize("rate", [0, 1])
def test_rates_without_any_scatter_prove_nothing(rate: int) -> None:
    found = rates((rate * 50, 50), (rate * 90, 90))
    assert found.flaw == "every unit of both variants has the same value"
    assert (found.z, found.interval(Z)) == (0.0, None)


def test_a_rate_outside_0_to_1_proves_nothing() -> None:
    side = Sample(count=50, mean=3.0, variance=1.0)
    found = difference_of_proportions(side, side)
    assert found.flaw == "control has a rate of 3, which lies outside 0 to 1"
