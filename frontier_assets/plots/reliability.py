"""The reliability diagram: stated confidence against observed accuracy."""

from collections.abc import Sequence
from typing import Any

from frontier_assets.plots.picture import BLUE, FAINT, GRID, label, legend, new_figure, to_png

# Lower edge, upper edge, number of examples, mean confidence and accuracy, or None when empty.
Bin = tuple[float, float, int, float | None, float | None]


def reliability_diagram(bins: Sequence[Bin], expected_calibration_error: float) -> bytes:
    """Draw the accuracy of each bin of confidence, and below it how many examples it holds.

    On the diagonal the model is right as often as it says.
    """
    figure, (above, below) = new_figure(height_in=4.2, panels=2, shares=(3, 1))
    error = f"{expected_calibration_error:.3f}"
    label(above, title=f"Calibration (expected error {error})", up="fraction right")
    above.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle="--", label="as often as said")
    _draw_accuracy(above, bins)
    legend(above)
    below.bar(
        [item[0] for item in bins],
        [item[2] for item in bins],
        width=[item[1] - item[0] for item in bins],
        align="edge",
        color=BLUE,
        edgecolor=GRID,
    )
    label(below, across="confidence in the predicted class", up="examples")
    for axes in (above, below):
        axes.set_xlim(0, 1)
    above.set_ylim(0, 1.02)
    return to_png(figure)


def _draw_accuracy(axes: Any, bins: Sequence[Bin]) -> None:  # noqa: ANN401 - no types
    full = [
        (low, high, said, right)
        for low, high, _, said, right in bins
        if said is not None and right is not None
    ]
    axes.bar(
        [low for low, *_ in full],
        [right for *_, right in full],
        width=[high - low for low, high, *_ in full],
        align="edge",
        color=BLUE,
        alpha=0.25,
        edgecolor="white",
    )
    axes.plot(
        [said for _, _, said, _ in full],
        [right for *_, right in full],
        color=BLUE,
        marker="o",
        markersize=4,
        linewidth=1.5,
        label="this version",
    )
