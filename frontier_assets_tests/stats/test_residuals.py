import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.stats.residuals import QUANTILES, residual_summary

numbers = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=80)


def test_a_worked_example() -> None:
    """Predicted 1 to 5 against 3: residuals -2 to 2."""
    summary = residual_summary(np.arange(1.0, 6.0), np.full(5, 3.0), bins=4)
    assert (summary.count, summary.mean) == (5, 0.0)
    assert summary.deviation == pytest.approx(math.sqrt(2))
    assert dict(zip(QUANTILES, summary.quantiles, strict=True))[0.5] == 0.0
    assert (summary.quantiles[0], summary.quantiles[-1]) == (-2.0, 2.0)
    assert summary.edges == (-2.0, -1.0, 0.0, 1.0, 2.0)
    assert summary.counts == (1, 1, 1, 2)
    assert summary.points == ((1, -2), (2, -1), (3, 0), (4, 1), (5, 2))


@given(numbers)
def test_every_example_is_counted_once(values: list[float]) -> None:
    summary = residual_summary(np.array(values), np.zeros(len(values)))
    assert sum(summary.counts) == summary.count == len(values)
    assert len(summary.edges) == len(summary.counts) + 1
    assert list(summary.quantiles) == sorted(summary.quantiles)


def test_residuals_that_are_all_equal_have_a_histogram_too() -> None:
    summary = residual_summary(np.full(3, 1e12), np.zeros(3))
    assert sum(summary.counts) == 3


def test_the_sample_is_bounded_and_keeps_both_ends() -> None:
    summary = residual_summary(np.arange(10_000.0), np.zeros(10_000), points=200)
    assert len(summary.points) == 200
    assert (summary.points[0], summary.points[-1]) == ((0, 0), (9999, 9999))


def test_narrow_types_do_not_overflow() -> None:
    values = np.array([200, 0], dtype=np.uint8)
    assert residual_summary(values, np.array([0, 200], dtype=np.uint8)).quantiles[0] == -200


def test_several_outputs_are_taken_together() -> None:
    assert residual_summary(np.ones((4, 2)), np.zeros((4, 2))).count == 8
