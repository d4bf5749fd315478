"""Differences with their intervals, and artifacts by what they score and what they cost."""

from collections.abc import Sequence

from frontier_assets.plots.picture import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    RED,
    SMALL_SIZE,
    label,
    legend,
    new_figure,
    plain_logarithms,
    to_png,
)

_ROW_IN = 0.34
_MAXIMUM_ROWS = 16  # a taller picture is scrolled, not seen
# Names stand above the candidate's points and below production's, in rows.
_NAME_POINTS, _NAME_ROWS = 9, 4
_COLOURS = {"better": GREEN, "worse": RED}


def interval_rows(rows: Sequence[tuple[str, float, float, float, str]], *, title: str) -> bytes:
    """Draw one line per row around zero; at most the first sixteen rows.

    A row is (name, estimate, lower, upper, meaning), where more than zero is better; ``better`` is
    drawn green, ``worse`` red and anything else grey.
    """
    shown = rows[:_MAXIMUM_ROWS]
    figure, (axes,) = new_figure(height_in=1.0 + _ROW_IN * len(shown))
    label(axes, title=title, across="worse  ←  0  →  better")
    axes.axvline(0, color=FAINT, linewidth=1, linestyle="--")
    for place, (_, estimate, lower, upper, meaning) in enumerate(reversed(shown)):
        colour = _COLOURS.get(meaning, FAINT)
        axes.plot([lower, upper], [place, place], color=colour, linewidth=2)
        axes.plot([estimate], [place], "o", color=colour, markersize=5)
    names = [name for name, *_ in reversed(shown)]
    axes.set_yticks(range(len(shown)), names, fontsize=SMALL_SIZE)
    axes.margins(y=0.5 / max(1, len(shown)))
    return to_png(figure)


def pareto_front(
    points: Sequence[tuple[str, bool, float, float, bool]], *, metric: str, better: str
) -> bytes:
    """Draw artifacts by latency and metric; filled ones are on the front.

    A point is (name, of the candidate, latency in milliseconds, metric, on the front); ``better``
    says whether ``higher`` or ``lower`` values of the metric are.
    """
    figure, (axes,) = new_figure(height_in=3.8)
    label(
        axes,
        title="What is worth a look (filled)",
        across="milliseconds for one example (less is better)",
        up=f"{metric} ({better} is better)",
    )
    axes.set_xscale("log")
    plain_logarithms(axes.xaxis)
    for side, colour in ((True, BLUE), (False, ORANGE)):
        own = [item for item in points if item[1] is side]
        for _, _, latency, value, on_front in own:
            axes.plot(
                [latency],
                [value],
                "o",
                color=colour,
                markersize=7,
                markerfacecolor=colour if on_front else "white",
            )
        axes.plot([], [], "o", color=colour, label="candidate" if side else "production")
        for place, (name, _, latency, value, _) in enumerate(sorted(own, key=lambda p: p[2])):
            height = _NAME_POINTS * (1 + place % _NAME_ROWS)
            axes.annotate(
                name,
                (latency, value),
                xytext=(-4, height if side else -height - 2),
                textcoords="offset points",
                fontsize=SMALL_SIZE - 1,
                color=INK,
            )
    axes.margins(x=0.2, y=0.6)
    legend(axes)
    return to_png(figure)
