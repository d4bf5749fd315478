"""Quantiles: ranks against statsmodels, errors against theory, coverage of units of many rows."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from frontier_assets.stats.experiments.quantiles import (
    QuantileSample,
    difference_of_quantiles,
    outer_ranks,
)
from frontier_assets.stats.experiments.sample import Sample


def of_rows(rows: np.ndarray, quantile: float) -> QuantileSample:
    value = float(np.quantile(rows, quantile))
    low, high = outer_ranks(quantile, Sample.of((rows <= value).astype(float)))
    return QuantileSample(len(rows), value, *np.quantile(rows, [low, high]).tolist())


def of_units(units: np.ndarray, quantile: float) -> QuantileSample:
    """Return the quantile of all rows; each line of ``units`` holds the rows of one unit."""
    value = float(np.quantile(units, quantile))
    below = (units <= value).sum(axis=1).astype(float)
    rows = np.full(len(units), float(units.shape[1]))
    ranks = outer_ranks(quantile, Sample.of(below, denominators=rows))
    return QuantileSample(len(units), value, *np.quantile(units, ranks).tolist())


def test_the_outer_ranks_are_the_interval_of_the_share_below() -> None:
    """statsmodels' z interval of a mean, of the indicator to lie at or below the quantile."""
    rows = np.random.default_rng(1).lognormal(size=1000)
    below = (rows <= np.quantile(rows, 0.95)).astype(float)
    expected = DescrStatsW(below).zconfint_mean()
    assert outer_ranks(0.95, Sample.of(below)) == pytest.approx(expected, rel=1e-9)


def test_the_error_is_that_of_the_density_for_many_rows() -> None:
    """Root of p (1 - p) / n by the density, of a normal distribution's 0.9 quantile."""
    found = of_rows(np.random.default_rng(2).normal(size=400_000), 0.9)
    effect = difference_of_quantiles(found, found)
    density = stats.norm.pdf(stats.norm.ppf(0.9))
    assert effect.error == pytest.approx(math.sqrt(2 * 0.9 * 0.1 / 400_000) / density, rel=0.1)


def test_slower_requests_are_found() -> None:
    random = np.random.default_rng(3)
    fast, slow = (of_rows(random.lognormal(by, 0.5, 5000), 0.95) for by in (0.0, 0.2))
    effect = difference_of_quantiles(fast, slow)
    assert effect.flaw is None
    assert effect.z > 4


def test_no_scatter_leaves_no_width() -> None:
    assert outer_ranks(0.5, Sample.of(np.ones(10))) == (0.5, 0.5)
    assert outer_ranks(0.5, Sample.of(np.ones(1))) == (0.5, 0.5)


def test_ranks_stay_within_the_rows() -> None:
    low, high = outer_ranks(0.99, Sample.of(np.repeat([1.0, 0.0], [19, 1])))
    assert low > 0.8
    assert high == 1.0


@pytest.mark.slow
def test_users_of_ten_requests_err_in_one_of_twenty_experiments() -> None:
    """Row by row, the same requests err far more often."""
    random = np.random.default_rng(4)
    by_unit, by_row = [], []
    for _ in range(2000):
        sides = [
            np.exp(random.normal(size=(400, 1)) + random.normal(size=(400, 10))) for _ in range(2)
        ]
        by_unit.append(difference_of_quantiles(*(of_units(side, 0.9) for side in sides)).z)
        by_row.append(difference_of_quantiles(*(of_rows(side.ravel(), 0.9) for side in sides)).z)
    assert np.mean(np.abs(by_unit) > 1.96) == pytest.approx(0.05, abs=0.015)
    assert np.mean(np.abs(by_row) > 1.96) > 0.15
