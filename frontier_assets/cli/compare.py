"""``frontier compare``: two versions side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import one_line, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.checkpoints.comparison import Comparison, Difference, MetricDifference

_SHOWN_DIGITS = 12


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(compare)


def compare(first: Reference, second: Reference, *, as_json: AsJson = False) -> None:
    """Compare two versions: all metrics, and every other fact in which they differ.

    Metrics are held against each other only where both were measured on the same data.
    """
    with open_workspace() as workspace:
        found = workspace.versions.compare(first, second)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: "Comparison") -> None:
    names = _names(found)
    typer.echo(f"{found.first.ref} and {found.second.ref}")
    columns = ("data set", "metric", *names, "difference", "better")
    print_table("Metrics", columns, [_metric_row(item, names) for item in found.metrics])
    if found.first.digest == found.second.digest:
        typer.echo("\nBoth hold the same bytes.")
    for title, differences in _kinds(found):
        if differences:
            rows = [(item.name, *_pair(item)) for item in differences]
            print_table(f"{title} that differ", ("name", *names), rows)
    same = [title for title, differences in _kinds(found) if not differences]
    if same:
        typer.echo(f"\nThe same in both: {', '.join(same).lower()}.")


def _kinds(found: "Comparison") -> "Sequence[tuple[str, Sequence[Difference]]]":
    return (
        ("Gates", found.gates),
        ("Proofs", found.proofs),
        ("Parameters", found.parameters),
        ("Training data", found.training_data),
        ("Metrics of training", found.training_metrics),
        ("Signature", found.signature),
        ("Environment", found.environment),
        ("Facts", found.facts),
    )


def _names(found: "Comparison") -> tuple[str, str]:
    if found.first.model == found.second.model and found.first.number != found.second.number:
        return found.first.number, found.second.number
    return found.first.ref, found.second.ref


def _metric_row(item: "MetricDifference", names: tuple[str, str]) -> tuple[object, ...]:
    if item.better is None:
        verdict = item.remark or "unknown: nobody says which way is better"
    else:
        verdict = {"first": names[0], "second": names[1], "neither": "equal"}[item.better]
    sign = "" if item.difference is None else f"{item.difference:+.6g}"
    direction = {"higher": " (higher is better)", "lower": " (lower is better)"}
    metric = f"{item.metric}{direction.get(item.direction or '', '')}"
    return item.dataset, metric, item.first, item.second, sign, verdict


def _pair(item: "Difference") -> tuple[str, str]:
    return _shown(item.name, item.first), _shown(item.name, item.second)


def _shown(name: str, value: object) -> str:
    if value is None:
        return "-"
    if name == "size_bytes" and isinstance(value, int):
        return shown_size(value)
    text = one_line(value)
    is_digest = len(text) == 64 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004 - its width
    return text[:_SHOWN_DIGITS] if is_digest else text
