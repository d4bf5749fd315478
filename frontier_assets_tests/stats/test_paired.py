"""The difference of two models on the same examples."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.paired import packed, paired_difference, proved_no_worse, unpacked

Array = np.ndarray[Any, Any]


def details(rows: Array, **more: Any) -> dict[str, Any]:
    return {"row_values": {"mae": packed(rows)}, **more}


def two_models(rows: int) -> tuple[Array, Array]:
    random = np.random.default_rng(3)
    common = random.exponential(size=rows)
    return common + random.normal(0.1, 0.3, rows), common


def test_the_difference_has_the_interval_of_the_paired_t_test() -> None:
    first, second = two_models(200)
    expected = stats.ttest_rel(first, second).confidence_interval(0.95)
    found = paired_difference(details(first), details(second), "mae")
    assert found == pytest.approx(((first - second).mean(), *expected), abs=1e-6)


def test_pairing_is_narrower_than_two_figures_that_know_nothing_of_each_other() -> None:
    first, second = two_models(200)
    found = paired_difference(details(first), details(second), "mae")
    apart = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert (found.upper - found.lower) < 0.5 * (apart.high - apart.low)


def test_many_examples_are_kept_as_blocks_that_say_the_same() -> None:
    first, second = two_models(50_001)
    found = paired_difference(details(first), details(second), "mae")
    expected = stats.ttest_rel(first, second).confidence_interval(0.95)
    assert found == pytest.approx(((first - second).mean(), *expected), abs=3e-4)
    assert len(packed(first)) < 11_000
    assert len(unpacked(packed(first))) == 2048


def test_few_examples_are_kept_one_by_one() -> None:
    assert unpacked(packed(np.array([0.5, 0.0, 1.0]))).tolist() == [0.5, 0.0, 1.0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (None, details(np.ones(3))),
        (details(np.ones(3)), {"confusion": {}}),
        (details(np.ones(3)), details(np.ones(4))),
        (details(np.ones(3)), details(np.ones(3), sample={"of": 9, "seed": 0})),
        (details(np.ones(1)), details(np.ones(1))),
    ],
    ids=["older release", "nothing kept", "other examples", "other sample", "one example"],
)
def test_what_is_not_the_same_examples_is_not_compared(
    first: dict[str, Any] | None, second: dict[str, Any] | None
) -> None:
    assert paired_difference(first, second, "mae") is None


@pytest.mark.parametrize(
    ("interval", "tolerance", "higher", "lower"),
    [
        (Interval(0.0, -0.01, 0.01), 0.01, True, True),
        (Interval(0.0, -0.011, 0.009), 0.01, False, True),
        (Interval(0.0, -0.009, 0.011), 0.01, True, False),
        (Interval(0.0, 0.0, 0.0), 0.0, True, True),
        (Interval(0.5, 0.4, 0.6), 0.0, True, False),
    ],
)
def test_the_whole_interval_has_to_lie_within_the_tolerance(
    interval: Interval, tolerance: float, *, higher: bool, lower: bool
) -> None:
    assert proved_no_worse(interval, direction="higher", tolerance=tolerance) is higher
    assert proved_no_worse(interval, direction="lower", tolerance=tolerance) is lower


@pytest.mark.slow
def test_a_model_that_is_worse_by_the_tolerance_passes_in_one_of_forty_trials() -> None:
    """Of 400 answers, 6 % newly right and 8 % newly wrong: worse by 0.02."""
    random = np.random.default_rng(6)
    changes = random.choice([1.0, -1.0, 0.0], size=(4000, 400), p=[0.06, 0.08, 0.86])
    zero = details(np.zeros(400))
    found = [paired_difference(details(row), zero, "mae") for row in changes]
    passed = [
        item is not None and proved_no_worse(item, direction="higher", tolerance=0.02)
        for item in found
    ]
    assert np.mean(passed) == pytest.approx(0.025, abs=0.01)
