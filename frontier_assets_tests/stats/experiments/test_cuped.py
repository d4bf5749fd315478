"""CUPED against an analysis of covariance and against the residuals themselves."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.cuped import adjusted
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets_tests.stats.experiments.users import users


def test_the_adjusted_difference_is_that_of_an_analysis_of_covariance() -> None:
    """statsmodels: the variant's coefficient in a regression with the covariate."""
    control, treatment = users()
    variant = np.repeat([0.0, 1.0], [len(control.clicks), len(treatment.clicks)])
    before = np.concatenate([control.before, treatment.before])
    design = np.column_stack([np.ones(len(variant)), variant, before])
    clicks = np.concatenate([control.clicks, treatment.clicks])
    expected = sm.OLS(clicks, design).fit().params
    found = difference_of_means(
        *adjusted(*(Sample.of(side.clicks, covariates=side.before) for side in users()))
    )
    assert found.difference == pytest.approx(expected[1], rel=1e-9)
    residuals = clicks - expected[2] * before
    welch = stats.ttest_ind(residuals[variant == 1], residuals[variant == 0], equal_var=False)
    assert 2 * stats.norm.sf(abs(found.z)) == pytest.approx(welch.pvalue, rel=1e-8)


def test_a_ratio_is_adjusted_after_it_was_linearised() -> None:
    sides = [
        Sample.of(side.clicks, denominators=side.views, covariates=side.before) for side in users()
    ]
    ratios = [side.clicks.sum() / side.views.sum() for side in users()]
    linear = [
        ratio + (side.clicks - ratio * side.views) / side.views.mean()
        for side, ratio in zip(users(), ratios, strict=True)
    ]
    pairs = [
        Sample.of(values, covariates=side.before)
        for values, side in zip(linear, users(), strict=True)
    ]
    found = difference_of_means(*adjusted(sides[0], sides[1]))
    expected = difference_of_means(*adjusted(pairs[0], pairs[1]))
    assert (found.difference, found.error) == pytest.approx(
        (expected.difference, expected.error), rel=1e-9
    )


def test_what_was_known_before_makes_the_error_smaller() -> None:
    sides = [Sample.of(side.clicks, covariates=side.before) for side in users()]
    plain = difference_of_means(sides[0], sides[1])
    assert difference_of_means(*adjusted(sides[0], sides[1])).error < 0.95 * plain.error


@pytest.mark.parametrize("before", [np.ones(50), np.zeros(50)])
def test_a_covariate_without_scatter_changes_nothing(before: np.ndarray) -> None:
    values = np.random.default_rng(1).normal(size=50)
    sample = Sample.of(values, covariates=before)
    first, second = adjusted(sample, sample)
    assert (first.mean, first.variance) == (sample.mean, sample.variance)
    assert second.covariate is None


def test_a_missing_covariate_is_refused() -> None:
    sample = Sample.of(np.arange(5.0))
    with pytest.raises(InvalidValueError, match="Covariate"):
        adjusted(sample, sample)
