"""How often experiments without a difference stop with one when every look may stop them."""

import math

import numpy as np
import pytest

from frontier_assets.stats.experiments.judgement import METHODS, judge
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.plan import Looks, Plan
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets.stats.experiments.sample_size import inflation
from frontier_assets_tests.stats.experiments.peeking import (
    LOOKS,
    METRICS,
    criticals,
    experiments,
    naive,
    statistics,
    stopping,
)


@pytest.mark.feature("ABT-11", "ABT-16")
@pytest.mark.parametrize("name", METRICS)
def test_a_thousand_experiments_without_a_difference(name: str) -> None:
    """At 5 %, four standard errors of a thousand are 0.028."""
    sides = experiments(METRICS[name], trials=1000, seed=1)
    assert 0.022 <= stopping("group_sequential", sides) <= 0.078
    assert stopping("always_valid", sides) <= 0.05
    assert 0.022 <= stopping("fixed", sides) <= 0.078
    assert naive(sides) >= 0.25


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
def test_ten_thousand_experiments_without_a_difference(name: str) -> None:
    sides = experiments(METRICS[name], trials=10_000, seed=1)
    assert 0.04 <= stopping("group_sequential", sides) <= 0.06
    assert stopping("always_valid", sides) <= 0.035
    assert 0.04 <= stopping("fixed", sides) <= 0.06
    assert naive(sides) >= 0.25


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
def test_power_at_the_effect_that_a_fixed_horizon_finds_in_eighty_of_a_hundred(name: str) -> None:
    metric = METRICS[name]
    shift = (1.959964 + 0.841621) * metric.deviation * math.sqrt(2 / (metric.step * LOOKS))
    sides = experiments(metric, trials=10_000, seed=2, shift=shift)
    assert stopping("fixed", sides) == pytest.approx(0.80, abs=0.015)
    assert stopping("group_sequential", sides) >= 0.75
    assert stopping("always_valid", sides) >= 0.45


def planned(name: str, method: str) -> float:
    """Return the power of 10,000 experiments of the size that the method is planned with for 0.8.

    Four standard errors are 0.016; always-valid is planned for its last look alone.
    """
    metric = METRICS[name]
    single = metric.step * LOOKS / inflation(method, looks=LOOKS, power=0.8)
    shift = (1.959964 + 0.841621) * metric.deviation * math.sqrt(2 / single)
    return stopping(method, experiments(metric, trials=10_000, seed=5, shift=shift))


@pytest.mark.parametrize("method", METHODS)
def test_the_planned_size_has_the_power_that_was_promised(method: str) -> None:
    assert 0.784 <= planned("normal", method) <= (0.88 if method == "always_valid" else 0.816)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", METRICS)
def test_the_planned_size_has_the_power_of_every_metric(name: str, method: str) -> None:
    assert planned(name, method) >= 0.784


@pytest.mark.parametrize("method", ["group_sequential", "always_valid", "fixed"])
def test_the_simulated_looks_are_judged_like_real_ones(method: str) -> None:
    sides = experiments(METRICS["log-normal"], trials=200, seed=3, shift=0.15)
    deviates, bounds = statistics(sides), criticals(method, sides)
    units = [int(count) for count in 2 * sides[0].units]
    for trial, look in ((0, 0), (1, 9), (2, 24), (3, 49), (4, 49)):
        samples = (
            Sample(
                count=int(side.units[look]),
                mean=float(side.mean[trial, look]),
                variance=float(side.variance[trial, look]),
            )
            for side in sides
        )
        plan, looks = Plan(planned=units[-1]), Looks(units[: look + 1])
        found = judge(difference_of_means(*samples), plan, looks, method=method)
        assert found.critical == bounds[look]
        assert found.z == pytest.approx(deviates[trial, look], rel=0.02)
        assert (found.p <= 0.05) == (abs(found.z) >= bounds[look])


def requests(trials: int) -> tuple[float, float]:
    """Return the false positives of ten requests a user: by unit, and row by row.

    Half of the variance of a request is that of its user, who sends one request and nine more on
    average.
    """
    random, by_unit, by_row = np.random.default_rng(4), [], []
    for _ in range(trials):
        units, rows = zip(*(_variant(random, users=300) for _ in range(2)), strict=True)
        by_unit.append(difference_of_means(*units).z)
        by_row.append(difference_of_means(*rows).z)
    return _wrong(by_unit), _wrong(by_row)


def _wrong(deviates: list[float]) -> float:
    return float(np.mean(np.abs(deviates) > 1.959964))


def _variant(random: np.random.Generator, *, users: int) -> tuple[Sample, Sample]:
    counts = 1 + random.poisson(9, users)
    values = np.repeat(random.normal(size=users), counts) + random.normal(size=counts.sum())
    sums = np.add.reduceat(values, np.cumsum(counts) - counts)
    return Sample.of(sums, denominators=counts.astype(float)), Sample.of(values)


def test_ten_requests_a_user_err_as_often_as_they_should_by_unit() -> None:
    by_unit, by_row = requests(1000)
    assert 0.022 <= by_unit <= 0.078
    assert by_row > 0.2


@pytest.mark.slow
def test_ten_thousand_experiments_of_ten_requests_a_user() -> None:
    by_unit, by_row = requests(10_000)
    assert 0.04 <= by_unit <= 0.06
    assert by_row > 0.2
