"""How long calls take, side by side."""

from collections.abc import Mapping, Sequence

from frontier_assets.plots.picture import (
    COLOURS,
    INK,
    label,
    legend,
    new_figure,
    plain_logarithms,
    to_png,
)

_SHARE = 0.8  # of the room between two batch sizes that the bars take


def latency_bars(series: Mapping[str, Sequence[tuple[int, float, float]]]) -> bytes:
    """Draw a bar per name and batch size with a line from the median to the 95th percentile.

    ``series`` maps names to (batch size, p50, p95) in milliseconds, all with the same batch sizes.
    """
    figure, (axes,) = new_figure()
    label(axes, title="Latency, median to p95", across="examples in a call", up="milliseconds")
    axes.set_yscale("log")  # a large batch takes a hundred times as long as one example
    plain_logarithms(axes.yaxis)
    width = _SHARE / len(series)
    sizes: list[int] = []
    for index, (name, found) in enumerate(series.items()):
        sizes = [rows for rows, _, _ in found]
        middle = [p50 for _, p50, _ in found]
        above = [max(0.0, p95 - p50) for _, p50, p95 in found]
        places = [place + (index - (len(series) - 1) / 2) * width for place in range(len(found))]
        colour = COLOURS[index % len(COLOURS)]
        axes.bar(places, middle, width=width * 0.94, color=colour, label=name)
        axes.errorbar(
            places,
            middle,
            yerr=([0.0] * len(above), above),
            fmt="none",
            ecolor=INK,
            elinewidth=0.9,
            capsize=2,
        )
    axes.set_xticks(range(len(sizes)), [str(rows) for rows in sizes])
    legend(axes)
    return to_png(figure)
