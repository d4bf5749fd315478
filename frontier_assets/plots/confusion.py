"""The confusion matrix as a picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontier_assets.plots.picture import (
    BLUES,
    FAINT,
    FONT_SIZE,
    INK,
    SMALL_SIZE,
    WIDTH_IN,
    label,
    new_figure,
    to_png,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_WRITTEN_CLASSES = 12  # more counts than these squared cannot be read at this size
_NAMED_CLASSES = 25
_SHOWN_NAME = 10  # characters
_DARK = 0.55  # share of its row from which a cell's number is white


def confusion_matrix(
    counts: Sequence[Sequence[int]],
    classes: Sequence[str],
    *,
    clusters: Sequence[str] | None = None,
) -> bytes:
    """Draw counts with true classes as rows and predicted ones, or ``clusters``, as columns.

    A cell's colour is its share of the row, so a rare class is seen as well as a frequent one. Up
    to 12 classes show their counts, up to 25 their names.
    """
    shares = [[count / max(sum(row), 1) for count in row] for row in counts]
    figure, (axes,) = new_figure(height_in=WIDTH_IN)
    axes.imshow(shares, cmap=BLUES, vmin=0.0, vmax=1.0, aspect="equal")
    axes.grid(visible=False)
    if clusters is None:
        label(axes, title="Examples by true and predicted class", across="predicted", up="true")
    else:
        label(axes, title="Examples by true class and cluster", across="cluster", up="true")
    columns = classes if clusters is None else clusters
    _name(axes.xaxis, columns, slants=True)
    _name(axes.yaxis, classes)
    if max(len(classes), len(columns)) <= _WRITTEN_CLASSES:
        _write(axes, counts, shares)
    return to_png(figure)


def _name(axis: "Axis", classes: Sequence[str], *, slants: bool = False) -> None:
    if len(classes) > _NAMED_CLASSES:
        axis.set_ticks([0, len(classes) - 1], [_short(classes[0]), _short(classes[-1])])
        return
    names = [_short(name) for name in classes]
    crowded = max(map(len, names)) > 2 or len(names) > _WRITTEN_CLASSES  # noqa: PLR2004 - letters
    slanted = slants and crowded
    size = SMALL_SIZE if len(names) <= _WRITTEN_CLASSES else SMALL_SIZE - 2
    axis.set_ticks(range(len(names)), names, rotation=40 if slanted else 0, fontsize=size)
    if slanted:
        for text in axis.get_ticklabels():
            text.set_horizontalalignment("right")


def _write(
    axes: "Axes", counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> None:
    size = FONT_SIZE if len(counts) <= 6 else SMALL_SIZE - 1  # noqa: PLR2004 - room in a cell
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            colour = "white" if shares[row][column] > _DARK else INK if count else FAINT
            axes.text(
                column, row, str(count), ha="center", va="center", fontsize=size, color=colour
            )


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN_NAME else f"{name[: _SHOWN_NAME - 1]}…"
