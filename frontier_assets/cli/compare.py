"""``frontier compare``: two or more versions side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.overview import print_judgements, print_overview, print_weights
from frontier_assets.cli.printing import one_line, plain, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.checkpoints.comparison import Comparison, Difference, MetricDifference

_SHOWN_DIGITS = 12
Others = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF", help="More versions.", autocompletion=completion.refs),
]
BestBy = Annotated[
    str | None,
    typer.Option(
        metavar="METRIC", help="Name the best by NAME or SPLIT.NAME, with :lower if need be."
    ),
]
UnbeatenBy = Annotated[
    str | None,
    typer.Option(
        metavar="METRICS", help="Name those that no other beats by all, e.g. accuracy,loss."
    ),
]
Weights = Annotated[
    bool, typer.Option("--weights", help="Read all tensors: how far did each move?")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(compare)


def compare(
    first: Reference,
    second: Reference,
    others: Others = None,
    *,
    metric: BestBy = None,
    pareto: UnbeatenBy = None,
    weights: Weights = False,
    as_json: AsJson = False,
) -> None:
    """Compare versions: all metrics, and every other fact in which they differ.

    Metrics are held against each other only where all were measured on the same data.
    """
    refs = [first, second, *(others or [])]
    with open_workspace() as workspace:
        versions = workspace.versions
        pair = several = None
        if others:
            several = versions.compare(first, second, others[0], *others[1:])
        else:
            pair = versions.compare(first, second)
        best = None if metric is None else versions.champion(refs, metric)
        view = None if pareto is None else versions.pareto(refs, pareto.split(","))
        moved = {ref: versions.weight_changes(first, ref) for ref in refs[1:]} if weights else None
    if as_json:
        more = {"champion": best, "pareto": view, "weights": moved}
        given = {name: plain(value) for name, value in more.items() if value is not None}
        print_json(plain(pair or several) | given)
        return
    if pair is not None:
        _print(pair)
    if several is not None:
        print_overview(several)
    print_judgements(best, view)
    for ref, changes in (moved or {}).items():
        print_weights(first, ref, changes)


def _print(found: "Comparison") -> None:
    names = _names(found)
    typer.echo(f"{found.first.ref} and {found.second.ref}")
    columns = ("data set", "metric", *names, "difference", "95 % interval", "better")
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
    found = item.interval
    sure = None if found is None else f"{found.lower:+.4g} to {found.upper:+.4g}"
    return item.dataset, metric, item.first, item.second, sign, sure, verdict


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
