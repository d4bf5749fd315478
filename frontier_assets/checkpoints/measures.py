"""One metric of several versions: who is best, and by several of them who is worth a look."""

import dataclasses
from collections.abc import Mapping, Sequence

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.directions import direction_of
from frontier_assets.stats.pareto import dominators
from frontier_assets.types import Digest

_WAYS: tuple[Direction, ...] = ("higher", "lower")


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a version: its metrics by split, and the data of those evaluated."""

    ref: str
    metrics: Mapping[str, Mapping[str, float]]
    data: Mapping[str, Digest]

    def value(self, split: str, name: str) -> float | None:
        """Return a metric; None where it was not measured."""
        return self.metrics.get(split, {}).get(name)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A metric of all versions; ``differences`` are to the first of them.

    ``direction`` is None for a metric of which nobody said which way is better; then, and where
    ``remark`` says why the numbers cannot be held against each other, there is no ``best``.
    """

    split: str
    metric: str
    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    direction: Direction | None
    best: tuple[str, ...]
    remark: str


@dataclasses.dataclass(frozen=True, slots=True)
class Champion:
    """The best version by one metric; ``missing`` were not measured by it and cannot win.

    ``ranking`` has refs and values, best first; ``champion`` is None where nobody was measured.
    """

    split: str
    metric: str
    direction: Direction
    champion: str | None
    ranking: tuple[tuple[str, float], ...]
    missing: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """A version among others by several metrics; ``dominated_by`` is None on the front."""

    ref: str
    values: tuple[float, ...]
    dominated_by: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class ParetoView:
    """The versions that no other beats by all metrics at once are the ``front``.

    ``missing`` lack one of the metrics and are not judged.
    """

    metrics: tuple[str, ...]
    directions: tuple[Direction, ...]
    points: tuple[Point, ...]
    missing: tuple[str, ...]

    @property
    def front(self) -> tuple[str, ...]:
        """The refs that nobody dominates."""
        return tuple(point.ref for point in self.points if point.dominated_by is None)


def measured_row(split: str, name: str, measured: Sequence[Measured]) -> Row:
    """Return one metric of all versions."""
    values = tuple(item.value(split, name) for item in measured)
    remark = "measured on different data" if _differ(split, measured) else ""
    direction = direction_of(name)
    known = [value for value in values if value is not None]
    first = values[0]
    is_told = direction is not None and not remark and len(known) > 1
    winner = (max if direction == "higher" else min)(known)
    return Row(
        split=split,
        metric=name,
        values=values,
        differences=tuple(
            None if value is None or first is None or remark else value - first for value in values
        ),
        direction=direction,
        best=tuple(
            item.ref
            for item, value in zip(measured, values, strict=True)
            if is_told and value == winner
        ),
        remark=remark,
    )


def champion(metric: str, measured: Sequence[Measured]) -> Champion:
    """Return the best version by ``NAME`` or ``SPLIT.NAME``, with ``:lower`` or ``:higher`` after.

    The direction can be left out for a metric that is known. A bare name is the registered metric,
    or that of the one split it was measured on.

    Raises:
        InvalidValueError: nobody was measured by it, on several splits or on different data, or
            nobody knows which way is better.
    """
    split, name, direction = _measure(metric, measured)
    found = [(item.ref, item.value(split, name)) for item in measured]
    ranking = sorted(
        ((ref, value) for ref, value in found if value is not None),
        key=lambda pair: pair[1] if direction == "lower" else -pair[1],
    )
    missing = tuple(ref for ref, value in found if value is None)
    return Champion(split, name, direction, ranking[0][0], tuple(ranking), missing)


def pareto(metrics: Sequence[str], measured: Sequence[Measured]) -> ParetoView:
    """Return who is on the front by all ``metrics``, each written as for `champion`.

    Raises:
        InvalidValueError: there are fewer than two metrics, or one is refused as by `champion`.
    """
    if len(set(metrics)) < 2:  # noqa: PLR2004 - with one, `champion` answers
        raise InvalidValueError("Metrics", ",".join(metrics), "expected two or more, by commas")
    measures = [_measure(metric, measured) for metric in metrics]
    rows = {item.ref: [item.value(split, name) for split, name, _ in measures] for item in measured}
    judged = {
        ref: tuple(value for value in values if value is not None)
        for ref, values in rows.items()
        if None not in values
    }
    directions = tuple(direction for *_, direction in measures)
    refs = list(judged)
    beaten = dominators([judged[ref] for ref in refs], directions)
    return ParetoView(
        metrics=tuple(_shown(split, name) for split, name, _ in measures),
        directions=directions,
        points=tuple(
            Point(ref, judged[ref], None if by is None else refs[by])
            for ref, by in zip(refs, beaten, strict=True)
        ),
        missing=tuple(ref for ref in rows if ref not in judged),
    )


def _measure(text: str, measured: Sequence[Measured]) -> tuple[str, str, Direction]:
    stated, _, word = text.rpartition(":")
    way = next((way for way in _WAYS if stated and way == word), None)
    wanted = stated if way else text
    known = sorted(
        {
            (split, name)
            for item in measured
            for split, values in item.metrics.items()
            for name in values
        }
    )
    fits = [key for key in known if wanted in (key[1], _shown(*key))]
    if not fits:
        names = ", ".join(_shown(*key) for key in known) or "none"
        raise InvalidValueError("Metric", wanted, f"the versions were measured by: {names}")
    if len(fits) > 1 and ("", wanted) not in fits:
        names = " or ".join(_shown(*key) for key in fits)
        raise InvalidValueError("Metric", wanted, f"it was measured on several splits: say {names}")
    split, name = ("", wanted) if ("", wanted) in fits else fits[0]
    if _differ(split, measured):
        raise InvalidValueError("Metric", wanted, "the versions were measured on different data")
    direction = way or direction_of(name)
    if direction is None:
        raise InvalidValueError(
            "Metric", wanted, f"say which way is better: {wanted}:higher or {wanted}:lower"
        )
    return split, name, direction


def _differ(split: str, measured: Sequence[Measured]) -> bool:
    return len({item.data[split] for item in measured if split in item.data}) > 1


def _shown(split: str, name: str) -> str:
    return f"{split}.{name}" if split else name
