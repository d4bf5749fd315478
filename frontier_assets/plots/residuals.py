"""Residuals of a regression: where they are and how they spread."""

from collections.abc import Sequence
from itertools import pairwise

from frontier_assets.plots.picture import BLUE, FAINT, label, new_figure, to_png


def residual_plots(
    points: Sequence[tuple[float, float]], edges: Sequence[float], counts: Sequence[int]
) -> bytes:
    """Draw residuals (predicted minus true) over the predicted values, and their histogram.

    ``points`` are (predicted, residual); ``edges`` has one more item than ``counts``.
    """
    from matplotlib.ticker import MaxNLocator

    figure, (above, below) = new_figure(height_in=4.8, panels=2)
    label(above, title="Predicted minus true", across="predicted", up="residual")
    above.axhline(0, color=FAINT, linewidth=1, linestyle="--")
    predicted, residuals = [item[0] for item in points], [item[1] for item in points]
    above.scatter(predicted, residuals, s=9, color=BLUE, alpha=0.6, linewidths=0)
    label(below, across="residual", up="examples")
    widths = [right - left for left, right in pairwise(edges)]
    below.bar(edges[:-1], counts, width=widths, align="edge", color=BLUE, edgecolor="white")
    below.yaxis.set_major_locator(MaxNLocator(integer=True))
    below.axvline(0, color=FAINT, linewidth=1, linestyle="--")
    return to_png(figure)
