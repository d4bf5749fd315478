"""Means and ratios against scipy and tea-tasting on fixed data."""

from typing import Any

import numpy as np
import pytest
import tea_tasting as tt
from scipy import stats

from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets_tests.stats.experiments.users import Users, users

Z = 1.959963984540054


def welch(data: Users) -> Effect:
    return difference_of_means(*(Sample.of(side.clicks) for side in data))


@pytest.mark.feature("ABT-11")
def test_welchs_test_is_that_of_scipy() -> None:
    control, treatment = (side.clicks for side in users())
    found = welch(users())
    expected = stats.ttest_ind(treatment, control, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert 2 * stats.norm.sf(abs(found.z)) == pytest.approx(expected.pvalue, rel=1e-8)
    assert found.degrees == pytest.approx(expected.df, rel=1e-10)
    assert found.interval(Z) == pytest.approx((found.difference, *interval), rel=1e-8)


@pytest.mark.parametrize(
    "metric", [tt.Mean("clicks"), tt.RatioOfMeans("clicks", "views")], ids=["mean", "ratio"]
)
def test_absolute_and_relative_effects_are_those_of_tea_tasting(metric: tt.RatioOfMeans) -> None:
    """tea-tasting 1.14.0: Welch's t, and the delta method on the logarithm."""
    ratio = metric.denom is not None
    sides = (Sample.of(side.clicks, denominators=side.views if ratio else None) for side in users())
    found = difference_of_means(*sides)
    expected = tt.Experiment(it=metric).analyze(table())["it"]
    assert 2 * stats.norm.sf(abs(found.z)) == pytest.approx(expected.pvalue, rel=1e-7)
    assert found.interval(Z) == pytest.approx(
        (expected.effect_size, expected.effect_size_ci_lower, expected.effect_size_ci_upper),
        rel=1e-7,
    )
    assert found.relative(Z) == pytest.approx(
        (
            expected.rel_effect_size,
            expected.rel_effect_size_ci_lower,
            expected.rel_effect_size_ci_upper,
        ),
        rel=1e-7,
    )


def table() -> Any:
    import pandas as pd

    control, treatment = users()
    return pd.DataFrame(
        {
            "variant": [0] * len(control.clicks) + [1] * len(treatment.clicks),
            "clicks": np.concatenate([control.clicks, treatment.clicks]),
            "views": np.concatenate([control.views, treatment.views]),
        }
    )


def test_a_ratio_whose_denominator_never_varies_is_a_mean() -> None:
    control, treatment = users()
    tens = np.full(len(control.clicks), 10.0), np.full(len(treatment.clicks), 10.0)
    ratio = difference_of_means(
        Sample.of(control.clicks, denominators=tens[0]),
        Sample.of(treatment.clicks, denominators=tens[1]),
    )
    mean = welch(users())
    assert ratio.z == pytest.approx(mean.z)
    assert ratio.difference == pytest.approx(mean.difference / 10)


def test_swapping_the_variants_mirrors_the_effect() -> None:
    forward, backward = welch(users()), welch(Users(*reversed(users())))
    assert forward.z == pytest.approx(-backward.z)
    assert forward.interval(Z) == pytest.approx([-part for part in _mirrored(backward)])


def _mirrored(effect: Effect) -> tuple[float, float, float]:
    interval = effect.interval(Z)
    assert interval is not None
    return interval.estimate, interval.upper, interval.lower


def test_a_difference_beyond_what_a_probability_can_be_stays_a_finite_deviate() -> None:
    found = difference_of_means(
        Sample(count=10**6, mean=0.0, variance=1.0), Sample(count=10**6, mean=9.0, variance=1.0)
    )
    assert 38 < found.z < 39


@pytest.mark.parametrize("means", [(0.0, 1.0), (1.0, -1.0)])
def test_what_is_not_above_0_has_no_relative_effect(means: tuple[float, float]) -> None:
    sides = (Sample(count=100, mean=mean, variance=1.0) for mean in means)
    assert difference_of_means(*sides).relative(Z) is None
