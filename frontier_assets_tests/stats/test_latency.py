"""Latencies from rounds: figures that repeat, and a ranking that does."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.stats.intervals import median_interval
from frontier_assets.stats.latency import Timing, ranked, speedup, timing


def sampled(milliseconds: float, seed: int, *, disturbed: float = 0.0) -> Timing:
    """Return a timing with the noise of a machine; ``disturbed`` is the share of slow calls."""
    random = np.random.default_rng(seed)
    taken = milliseconds * (1 + random.gamma(2, 0.02, (9, 20)))
    taken *= np.where(random.random((9, 20)) < disturbed, 10, 1)
    return timing(taken / 1000, rows=4)


@pytest.mark.feature("SRC-3")
def test_mean_and_deviation_are_those_of_all_calls() -> None:
    seconds = np.random.default_rng(0).gamma(2, 0.001, (9, 30))
    found = timing(seconds, rows=8)
    assert (found.calls, found.rows) == (270, 8)
    assert found.mean_ms == pytest.approx(np.mean(seconds) * 1000)
    assert found.std_ms == pytest.approx(np.std(seconds) * 1000)


@pytest.mark.feature("EVA-7", "SRC-3")
def test_percentiles_are_the_medians_of_the_rounds_own() -> None:
    seconds = np.tile(np.linspace(0.001, 0.101, 101), (9, 1))
    found = timing(seconds, rows=1)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == pytest.approx((51, 96, 100))
    assert found.throughput == pytest.approx(1 / 0.051)
    assert found.best_ms == pytest.approx(1)


def test_other_work_in_four_of_nine_rounds_moves_no_figure_of_a_steady_model() -> None:
    seconds = np.full((9, 20), 0.002)
    seconds[:4] *= 50
    found = timing(seconds, rows=1)
    assert (found.p50_ms, found.p99_ms, found.best_ms) == pytest.approx((2, 2, 2))
    assert found.mean_ms > 40


def test_a_difference_within_the_noise_is_a_tie_and_a_larger_one_an_order() -> None:
    timings = {"b": sampled(1.03, 1), "a": sampled(1.0, 2), "slow": sampled(1.5, 3)}
    assert [set(group) for group in ranked(timings)] == [{"a", "b"}, {"slow"}]
    gained = speedup(timings["a"], timings["slow"])
    assert gained.lower <= 1.5 <= gained.upper


def test_the_interval_of_a_ratio_is_never_narrower_than_the_noise_between_runs() -> None:
    steady = timing(np.full((9, 20), 0.001), rows=1)
    assert speedup(steady, steady) == pytest.approx((1, 1 / 1.05, 1.05))


def test_a_ranking_puts_no_pair_in_opposite_orders_on_a_busy_machine() -> None:
    orders = set()
    for run in range(40):
        timings = {
            str(place): sampled(1 + place * 0.08, 100 * run + place, disturbed=0.6)
            for place in range(6)
        }
        groups = ranked(timings)
        orders |= {
            (first, second)
            for before, after in combinations(groups, 2)
            for first in before
            for second in after
        }
    assert {(second, first) for first, second in orders} & orders == set()
    assert ("0", "5") in orders


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=40))
def test_the_interval_of_a_median_lies_around_it(values: list[float]) -> None:
    found = median_interval(np.array(values))
    assert found is not None
    assert found.lower <= found.estimate <= found.upper


def test_the_interval_of_a_median_has_the_ranks_of_the_published_table() -> None:
    """Conover (1999), table A3 with p = 0.5: of 16 values the 4th and the 13th."""
    assert median_interval(np.arange(1.0, 17.0)) == (8.5, 4.0, 13.0)
    assert median_interval(np.arange(5.0)) is None


@pytest.mark.slow
def test_the_interval_of_a_median_holds_in_95_of_100_samples() -> None:
    random = np.random.default_rng(4)
    held = []
    for _ in range(4000):
        found = median_interval(random.exponential(size=9))
        assert found is not None
        held.append(found.lower <= np.log(2) <= found.upper)
    assert np.mean(held) >= 0.94
