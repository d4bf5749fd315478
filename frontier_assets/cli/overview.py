"""How ``frontier compare`` shows several versions, the best of them, and how far weights moved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from frontier_assets.cli.printing import one_line, print_table

if TYPE_CHECKING:
    from frontier_assets.checkpoints.measures import Champion, ParetoView, Row
    from frontier_assets.checkpoints.overview import Overview
    from frontier_assets.checkpoints.weight_changes import WeightChange


def print_overview(found: "Overview") -> None:
    """Print metrics, then every kind of fact in which the versions are not all alike."""
    refs = [version.ref for version in found.versions]
    typer.echo(", ".join(refs))
    rows = [_metric_row(item) for item in found.metrics]
    print_table("Metrics", ("split", "metric", *refs, "best"), rows)
    for kind, facts in found.facts.items():
        if facts:
            cells = [(item.name, *map(_cell, item.values)) for item in facts]
            print_table(f"{_title(kind)} that differ", ("name", *refs), cells)
    same = [_title(kind).lower() for kind, facts in found.facts.items() if not facts]
    if same:
        typer.echo(f"\nThe same in all: {', '.join(same)}.")


def print_judgements(best: "Champion | None", view: "ParetoView | None") -> None:
    """Print the best by one metric and the front by several, where they were asked for."""
    if best is not None:
        name = f"{best.split}.{best.metric}" if best.split else best.metric
        rows: list[tuple[object, ...]] = [*best.ranking]
        rows += [(ref, "not measured") for ref in best.missing]
        print_table(f"By {name}, {best.direction} is better", ("version", name), rows)
    if view is not None:
        ways = zip(view.metrics, view.directions, strict=True)
        columns = ("version", *(f"{name} ({way})" for name, way in ways), "beaten by")
        blanks = ("",) * len(view.metrics)
        points: list[tuple[object, ...]] = [
            (item.ref, *item.values, item.dominated_by or "nobody") for item in view.points
        ]
        points += [(ref, *blanks, "not measured by all") for ref in view.missing]
        print_table("Pareto view", columns, points)


def print_weights(first: str, second: str, changes: "Sequence[WeightChange]") -> None:
    """Print how far each tensor of ``second`` is from that of ``first``."""
    columns = ("tensor", "relative change", "largest change", "remark")
    rows = [(item.name, item.relative, item.largest, item.remark) for item in changes]
    print_table(f"Weights of {second} against {first}", columns, rows)


def _metric_row(item: "Row") -> tuple[object, ...]:
    direction = "" if item.direction is None else f" ({item.direction} is better)"
    best = ", ".join(item.best) or item.remark or ("" if direction else "unknown: say which way")
    return (item.split or "registered", f"{item.metric}{direction}", *map(_cell, item.values), best)


def _cell(value: object) -> str:
    return "-" if value is None else one_line(value)


def _title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
