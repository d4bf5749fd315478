"""Metrics held against thresholds and against other versions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction, compare, no_worse

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("==", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_comparisons_are_exact_at_the_boundary(
    comparison: str, *, below: bool, equal: bool, above: bool
) -> None:
    assert compare(math.nextafter(0.95, 0.0), comparison, 0.95) is below
    assert compare(0.95, comparison, 0.95) is equal
    assert compare(math.nextafter(0.95, 1.0), comparison, 0.95) is above


@given(observed=finite, threshold=finite)
def test_each_comparison_has_an_opposite(observed: float, threshold: float) -> None:
    for one, other in ((">=", "<"), ("<=", ">"), ("==", "!=")):
        assert compare(observed, one, threshold) is not compare(observed, other, threshold)


def test_an_unknown_comparison_lists_the_known() -> None:
    with pytest.raises(InvalidValueError, match=r"'=>' is not valid: expected one of \['>='"):
        compare(1.0, "=>", 1.0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(InvalidValueError, match="Observed"):
        compare(value, "!=", 1.0)
    with pytest.raises(InvalidValueError, match="Baseline"):
        no_worse(1.0, value, direction="higher")


@pytest.mark.parametrize(
    ("direction", "observed", "passes"),
    [
        ("higher", 0.98, True),
        ("higher", 0.97, True),
        ("higher", 0.965, True),
        ("higher", 0.9649999, False),
        ("lower", 0.96, True),
        ("lower", 0.97, True),
        ("lower", 0.975, True),
        ("lower", 0.9750001, False),
    ],
)
def test_a_loss_of_exactly_the_tolerance_passes(
    direction: Direction, observed: float, *, passes: bool
) -> None:
    assert no_worse(observed, 0.97, direction=direction, tolerance=0.005) is passes


@given(baseline=finite, tolerance=st.floats(min_value=0, max_value=1e300))
def test_the_same_value_is_never_worse(baseline: float, tolerance: float) -> None:
    assert no_worse(baseline, baseline, direction="higher", tolerance=tolerance)
    assert no_worse(baseline, baseline, direction="lower", tolerance=tolerance)
