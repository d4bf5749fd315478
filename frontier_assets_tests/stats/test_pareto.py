import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.pareto import dominators

POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


@pytest.mark.feature("SRC-5")
def test_what_is_worse_in_everything_is_dominated() -> None:
    accuracy_and_latency = [(0.95, 20.0), (0.90, 5.0), (0.90, 25.0), (0.97, 80.0), (0.95, 20.0)]
    assert dominators(accuracy_and_latency, ["higher", "lower"]) == [None, None, 0, None, None]


@given(POINTS)
def test_what_is_dominated_is_beaten_by_one_on_the_front(points: list[tuple[int, int]]) -> None:
    found = dominators(points, ["higher", "higher"])
    assert None in found
    for (a, b), by in zip(points, found, strict=True):
        better = [(x, y) for x, y in points if x >= a and y >= b and (x, y) != (a, b)]
        assert (by is None) == (not better)
        if by is not None:
            assert points[by] in better
            assert found[by] is None


@given(POINTS)
def test_turning_every_number_round_turns_the_directions_round(
    points: list[tuple[int, int]],
) -> None:
    turned = [(-x, -y) for x, y in points]
    assert dominators(points, ["higher", "higher"]) == dominators(turned, ["lower", "lower"])


def test_no_points_have_no_front() -> None:
    assert dominators([], ["higher"]) == []


@pytest.mark.parametrize("point", [(1.0,), (1.0, 2.0, 3.0), (1.0, float("nan"))])
def test_a_point_that_cannot_be_compared_is_refused(point: tuple[float, ...]) -> None:
    directions: list[Direction] = ["higher", "lower"]
    with pytest.raises(InvalidValueError, match="expected 2 finite numbers"):
        dominators([(1.0, 2.0), point], directions)
