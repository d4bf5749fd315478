"""Numbers over steps and over versions as lines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from frontier_assets.plots.picture import (
    BLUE,
    COLOURS,
    GREEN,
    SMALL_SIZE,
    label,
    legend,
    new_figure,
    to_png,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL_HEIGHT_IN = 1.7
_MAXIMUM_PANELS = 5  # a taller picture is scrolled, not seen
_NAMED_VERSIONS = 12


def learning_curves(
    curves: Mapping[str, Sequence[tuple[float, float]]], *, chosen_step: float | None = None
) -> bytes:
    """Draw one panel per metric over the training steps; at most the first five metrics.

    ``curves`` maps names to (step, value). ``chosen_step`` marks the state that became a version.
    Metrics whose names differ only in a first word ``train_`` share a panel.
    """
    panels = list(_panels(curves).items())[:_MAXIMUM_PANELS]
    figure, axes = new_figure(height_in=0.4 + _PANEL_HEIGHT_IN * len(panels), panels=len(panels))
    for each, (title, names) in zip(axes, panels, strict=True):
        for colour, name in zip(COLOURS, names, strict=False):
            steps, values = zip(*curves[name], strict=True)
            marker = "o" if len(steps) <= 40 else ""  # noqa: PLR2004 - then they touch
            each.plot(steps, values, color=colour, marker=marker, markersize=3, label=name)
        if chosen_step is not None:
            each.axvline(chosen_step, color=GREEN, linewidth=1, linestyle="--", label="registered")
        label(each, title=title)
        legend(each)
    label(axes[-1], title=panels[-1][0], across="step")
    return to_png(figure)


def metrics_over_versions(
    versions: Sequence[str],
    metrics: Mapping[str, Sequence[float | None]],
    *,
    better: Mapping[str, str],
    held: str | None = None,
) -> bytes:
    """Draw one panel per metric over the versions, oldest first; at most the first five metrics.

    A version without the metric has None and leaves a gap. ``better`` says of each metric
    ``higher`` or ``lower``; ``held`` is the version in production, marked by a dashed line.
    """
    panels = list(metrics.items())[:_MAXIMUM_PANELS]
    figure, axes = new_figure(height_in=0.7 + _PANEL_HEIGHT_IN * len(panels), panels=len(panels))
    for each, (name, values) in zip(axes, panels, strict=True):
        numbers = [float("nan") if value is None else value for value in values]
        each.plot(range(len(versions)), numbers, color=BLUE, marker="o", markersize=4)
        label(each, title=f"{name} ({better[name]} is better)")
        each.margins(x=0.08, y=0.2)
        _mark(each, versions, values, held)
        _name_versions(each, versions)
    label(axes[-1], title=axes[-1].get_title(loc="left"), across="version")
    return to_png(figure)


def _mark(
    axes: "Axes", versions: Sequence[str], values: Sequence[float | None], held: str | None
) -> None:
    value = values[versions.index(held)] if held in versions else None
    if held is None or value is None:
        return
    axes.axhline(value, color=GREEN, linewidth=1, linestyle="--")
    axes.plot(
        [versions.index(held)], [value], "o", color=GREEN, markersize=7, label="in production"
    )
    legend(axes)


def _name_versions(axes: "Axes", versions: Sequence[str]) -> None:
    shown = range(0, len(versions), -(-len(versions) // _NAMED_VERSIONS))
    slanted = len(shown) > 6  # noqa: PLR2004 - numbers such as 1.10.12 beside each other
    axes.set_xticks(
        list(shown),
        [versions[i] for i in shown],
        rotation=40 if slanted else 0,
        fontsize=SMALL_SIZE,
    )


def _panels(curves: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, list[str]]:
    panels: dict[str, list[str]] = {}
    for name in sorted(curves, key=lambda name: (name.removeprefix("train_"), name)):
        panels.setdefault(name.removeprefix("train_"), []).append(name)
    return panels
