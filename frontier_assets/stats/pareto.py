"""Which of several candidates are worth a look when more than one number counts."""

from collections.abc import Sequence
from math import isfinite

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction


def dominators(
    points: Sequence[Sequence[float]], directions: Sequence[Direction]
) -> list[int | None]:
    """Return for each point the index of one on the front that dominates it; None on the front.

    A point dominates another when it is no worse in any coordinate and better in one;
    ``directions`` says for each coordinate which values are better. Equal points do not dominate
    each other.

    Raises:
        InvalidValueError: a point has another number of coordinates, or one that is not finite.
    """
    signed = [_larger_is_better(point, directions) for point in points]
    front = [
        place
        for place, point in enumerate(signed)
        if not any(_dominates(other, point) for other in signed)
    ]
    return [
        next((best for best in front if _dominates(signed[best], point)), None) for point in signed
    ]


def _larger_is_better(point: Sequence[float], directions: Sequence[Direction]) -> tuple[float, ...]:
    if len(point) != len(directions) or not all(map(isfinite, point)):
        expected = f"expected {len(directions)} finite numbers"
        raise InvalidValueError("Point", list(point), expected)
    return tuple(
        value if direction == "higher" else -value
        for value, direction in zip(point, directions, strict=True)
    )


def _dominates(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    pairs = list(zip(first, second, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)
