"""The one look that every picture has, and the way from a figure to PNG bytes.

Figures are made without pyplot and without global settings, so pictures may be drawn in several
threads at once; the same numbers give the same bytes.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

WIDTH_IN = 4.4
HEIGHT_IN = 3.4
# 572 pixels: Dagster's dialogs show that in full, and letters are still read at 320.
DOTS_PER_INCH = 130
FONT_SIZE = 9
SMALL_SIZE = 8
INK, FAINT, GRID = "#1f2933", "#6b7785", "#e3e7ec"
BLUE, ORANGE, GREEN, RED, PURPLE = "#2563c9", "#d9730d", "#1e8e5a", "#c0392b", "#7a4fbf"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, RED)
BLUES = "Blues"
_PALETTE = 128  # colours: enough for smooth edges of letters


def new_figure(
    *, height_in: float = HEIGHT_IN, panels: int = 1, shares: Sequence[float] | None = None
) -> "tuple[Figure, list[Axes]]":
    """Return an empty figure of the common width with ``panels`` axes below each other.

    ``shares`` are their heights relative to each other.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(
        figsize=(WIDTH_IN, height_in), dpi=DOTS_PER_INCH, layout="constrained", facecolor="white"
    )
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(panels, 1, height_ratios=shares)
    axes = [figure.add_subplot(grid[index]) for index in range(panels)]
    for each in axes:
        _style(each)
    return figure, axes


def label(axes: "Axes", *, title: str = "", across: str = "", up: str = "") -> None:
    """Name the axes; the title says what is seen."""
    if title:
        axes.set_title(title, loc="left", fontsize=FONT_SIZE, color=INK, fontweight="bold")
    axes.set_xlabel(across, fontsize=FONT_SIZE, color=INK)
    axes.set_ylabel(up, fontsize=FONT_SIZE, color=INK)


def plain_logarithms(axis: "Axis") -> None:
    """Name 1, 2 and 5 of each power of ten in full on an axis that is logarithmic."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def legend(axes: "Axes") -> None:
    """Show the names of what is drawn, where there is room."""
    axes.legend(fontsize=SMALL_SIZE, frameon=False, labelcolor=INK)


def to_png(figure: "Figure") -> bytes:
    """Return the picture as PNG with a palette: a quarter of the bytes, and nobody sees it.

    The bytes repeat: neither a date nor the software's name is in them.
    """
    from PIL import Image  # noqa: PLC0415 - brings a tenth of a second that most commands save

    drawn = io.BytesIO()
    figure.savefig(drawn, format="rgba")
    # As matplotlib cuts off what is no whole pixel.
    size = (int(figure.bbox.width), int(figure.bbox.height))
    pixels = Image.frombytes("RGBA", size, drawn.getvalue()).convert("RGB")
    buffer = io.BytesIO()
    quantized = pixels.quantize(_PALETTE, dither=Image.Dither.NONE)
    quantized.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def _style(axes: "Axes") -> None:
    axes.tick_params(labelsize=SMALL_SIZE, colors=FAINT, length=0)
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
