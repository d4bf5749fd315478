"""What an experiment found: over its looks, by metric, by segment, and how units were divided."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from frontier_assets.plots.picture import (
    BLUE,
    COLOURS,
    FAINT,
    GREEN,
    GRID,
    INK,
    ORANGE,
    RED,
    SMALL_SIZE,
    label,
    legend,
    new_figure,
    to_png,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# What a verdict is drawn in.
_COLOURS = {"better": GREEN, "held": GREEN, "worse": RED, "harmed": RED, "open": ORANGE}
_ROW_IN = 0.4


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """An effect at one number of units; its bounds are None before anything can be said.

    ``needed`` is the effect that would have been proved there.
    """

    units: int
    effect: float
    lower: float | None
    upper: float | None
    needed: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A line of a forest plot; ``limit`` is the margin that a guardrail must not cross."""

    name: str
    estimate: float
    lower: float
    upper: float
    verdict: str = ""
    limit: float | None = None


def effect_over_looks(
    seen: Mapping[str, Sequence[Seen]], *, metric: str, direction: str, title: str
) -> bytes:
    """Draw each treatment's effect over the units, with its interval and the stopping bound.

    An effect outside of the grey area is proved. At most five treatments are drawn.
    """
    figure, (axes,) = new_figure(height_in=3.2)
    shown: list[float] = []
    for colour, (name, points) in zip(COLOURS, seen.items(), strict=False):
        units = [point.units for point in points]
        known = [
            (p.units, p.lower, p.upper)
            for p in points
            if p.lower is not None and p.upper is not None
        ]
        effects = [point.effect for point in points]
        axes.plot(units, effects, color=colour, marker="o", markersize=4, label=name, zorder=3)
        for at, lower, upper in known:
            axes.plot([at, at], [lower, upper], color=colour, linewidth=1.4, alpha=0.7, zorder=2)
        shown += [*effects, *(bound for _, *bounds in known[-3:] for bound in bounds)]
    _stopping_bound(axes, next(iter(seen.values()), ()))
    axes.axhline(0, color=INK, linewidth=0.9)
    if shown:
        reach = 1.6 * max([1e-12, *map(abs, shown)])
        axes.set_ylim(-reach, reach)
    label(
        axes,
        title=title,
        across="units of both variants",
        up=f"{metric}, treatment minus control\n({direction} is better)",
    )
    legend(axes)
    return to_png(figure)


def forest(rows: Sequence[Row], *, title: str, across: str, percent: bool = False) -> bytes:
    """Draw one interval per row against no difference; a guardrail's margin is a red mark."""
    figure, (axes,) = new_figure(height_in=0.9 + _ROW_IN * max(len(rows), 1))
    scale = 100.0 if percent else 1.0
    for at, row in enumerate(reversed(rows)):
        colour = _COLOURS.get(row.verdict, BLUE)
        axes.plot([row.lower * scale, row.upper * scale], [at, at], color=colour, linewidth=2.2)
        axes.plot([row.estimate * scale], [at], "o", color=colour, markersize=6)
        if row.limit is not None:
            axes.plot(
                [row.limit * scale] * 2,
                [at - 0.32, at + 0.32],
                color=RED,
                linewidth=1.6,
                linestyle=":",
            )
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(rows)), [row.name for row in reversed(rows)], fontsize=SMALL_SIZE)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    label(axes, title=title, across=across)
    return to_png(figure)


def balance(
    observed: Mapping[str, float], expected: Mapping[str, float], *, title: str, passed: bool
) -> bytes:
    """Draw the share of units that each variant got, with a mark where it was meant to be."""
    figure, (axes,) = new_figure(height_in=0.9 + _ROW_IN * len(observed))
    names = [*observed]
    places = range(len(names))
    values = [100 * observed[name] for name in reversed(names)]
    axes.barh(places, values, height=0.55, color=BLUE if passed else RED, alpha=0.75)
    for at, name in enumerate(reversed(names)):
        axes.plot([100 * expected[name]] * 2, [at - 0.38, at + 0.38], color=INK, linewidth=2)
        axes.text(
            1, at, f"{100 * observed[name]:.2f} %", va="center", fontsize=SMALL_SIZE, color="white"
        )
    axes.set_yticks(places, [*reversed(names)], fontsize=SMALL_SIZE)
    axes.set_xlim(0, 108 * max([*observed.values(), *expected.values()]))
    label(axes, title=title, across="% of units; the black mark is the planned share")
    return to_png(figure)


def _stopping_bound(axes: "Axes", points: Sequence[Seen]) -> None:
    known = [point for point in points if point.needed is not None]
    if not known:
        return
    units = [point.units for point in known]
    needed = [point.needed or 0.0 for point in known]
    under = [-value for value in needed]
    axes.fill_between(units, under, needed, color=GRID, alpha=0.75, linewidth=0, zorder=0)
    for side in (needed, under):
        axes.plot(units, side, color=FAINT, linewidth=1.2, linestyle="--", zorder=1)
    axes.plot([], [], color=FAINT, linewidth=1.2, linestyle="--", label="stopping bound")
