"""`frontier experiments`: design, begin, look at and end A/B tests between versions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, Reason, parse_pairs
from frontier_assets.cli.printing import print_facts, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.types import ExperimentState

if TYPE_CHECKING:
    from frontier_assets.experiments.forecast import Forecast
    from frontier_assets.experiments.results import Analysis
    from frontier_assets.registry.experiment_records import Experiment, Look

group = typer.Typer(help="A/B tests between versions.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="As `frontier experiments list` shows it.")]
_VERSION: Mapping[str, Any] = {"metavar": "VERSION", "autocompletion": completion.numbers}


@group.command()
def create(
    model: Model,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What is tried, in a few words.")],
    *,
    control: Annotated[
        str, typer.Option(help="The version that serves now: 1.2.0, production.", **_VERSION)
    ],
    treatment: Annotated[
        list[str], typer.Option(help="A version that is tried; may be repeated.", **_VERSION)
    ],
    split: Annotated[
        list[str] | None,
        typer.Option(metavar="VERSION=SHARE", help="Shares that add to 1; equal if left out."),
    ] = None,
    metric: Annotated[str | None, typer.Option(help="What decides.")] = None,
    minimum_effect: Annotated[
        float | None, typer.Option(help="Smallest difference worth finding.")
    ] = None,
    planned_units: Annotated[
        int | None, typer.Option(help="Units for each variant; computed if left out.")
    ] = None,
    maximum_days: Annotated[float | None, typer.Option(help="Control is kept after that.")] = None,
    coverage: Annotated[
        float | None, typer.Option(help="Share of the units that take part at first, 0 to 1.")
    ] = None,
    description: Annotated[str, typer.Option(help="Why it is tried.")] = "",
    as_json: AsJson = False,
) -> None:
    """Design an experiment; what is left out is what the YAML's `ab_test` says."""
    shares = {number: _share(text) for number, text in parse_pairs(split or [], "--split").items()}
    with open_workspace() as workspace:
        made = workspace.experiments.create(
            model,
            name,
            control=control,
            treatments=treatment,
            split=shares or None,
            description=description,
            metric=metric,
            minimum_effect=minimum_effect,
            planned_units=planned_units,
            maximum_days=maximum_days,
            coverage=coverage,
        )
        needed = workspace.experiments.forecast(made.id)
    if as_json:
        print_json({**_facts(made), "forecast": needed})
        return
    typer.echo(f"Experiment {made.id} compares {' and '.join(made.design.variants)}.")
    typer.echo(f"It needs {_said(needed)}.")
    typer.echo(f"Next: frontier experiments start {made.id}")


@group.command()
def start(
    experiment: Id,
    *,
    allow_unfinished: Annotated[
        bool,
        typer.Option(
            "--allow-unfinished", help="Also when it cannot finish in its maximum duration."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Begin an experiment: from now on units are assigned and recorded."""
    with open_workspace() as workspace:
        begun = workspace.experiments.start(experiment, allow_unfinished=allow_unfinished)
    _print(begun, f"Experiment {begun.id} is running.", as_json=as_json)


@group.command()
def ramp(
    experiment: Id,
    coverage: Annotated[float, typer.Argument(help="Share of the units, above the present one.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Let more units take part; none of those that do changes its variant."""
    with open_workspace() as workspace:
        ramped = workspace.experiments.ramp(experiment, coverage)
    told = f"{ramped.coverage:.0%} of the units take part in {ramped.id}."
    _print(ramped, told, as_json=as_json)


@group.command()
def stop(experiment: Id, *, reason: Reason, as_json: AsJson = False) -> None:
    """End an experiment without a decision; every unit gets control."""
    with open_workspace() as workspace:
        stopped = workspace.experiments.stop(experiment, reason=reason)
    _print(stopped, f"Experiment {stopped.id} is stopped: {stopped.reason}", as_json=as_json)


@group.command()
def look(experiment: Id, *, as_json: AsJson = False) -> None:
    """Look at an experiment now and do what follows; each look is recorded and counts."""
    with open_workspace() as workspace:
        seen = workspace.experiments.analyze(experiment)
    if as_json:
        print_json(seen)
        return
    for sentence in seen.sentences:
        typer.echo(sentence)
    _print_metrics(seen)


@group.command()
def show(experiment: Id, *, as_json: AsJson = False) -> None:
    """Show an experiment and what its last look found; this is no look."""
    with open_workspace() as workspace:
        found = workspace.experiments.get(experiment)
        looks = workspace.experiments.looks(experiment)
        needed = workspace.experiments.forecast(experiment)
    if as_json:
        design = found.design.model_dump()
        print_json({**_facts(found), "design": design, "forecast": needed, "looks": looks})
        return
    print_facts({**_facts(found), "needs": _said(needed)})
    if looks:
        _print_look(looks[-1])


@group.command("list")
def list_experiments(
    model: Model,
    *,
    state: Annotated[ExperimentState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the experiments of a model, the oldest first."""
    with open_workspace() as workspace:
        found = workspace.experiments.list(model, state=state)
    if as_json:
        print_json([_facts(item) for item in found])
        return
    columns = ("id", "state", "control", "treatments", "decision", "started (UTC)", "reason")
    print_table(
        "",
        columns,
        [
            (
                item.id,
                item.state.value,
                item.design.control,
                ", ".join(item.design.treatments),
                item.decision.value if item.decision else "",
                item.started_at,
                item.reason,
            )
            for item in found
        ],
    )


def _print(found: "Experiment", told: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(found))
    else:
        typer.echo(told)


def _said(needed: "Forecast") -> str:
    days = "" if needed.days is None else f", {needed.days} days"
    return f"{needed.units_per_variant} units per variant ({needed.formula}){days}"


def _facts(found: "Experiment") -> dict[str, Any]:
    return {
        "id": found.id,
        "model": found.model,
        "name": found.name,
        "description": found.description,
        "state": found.state.value,
        "control": found.design.control,
        "treatments": ", ".join(found.design.treatments),
        "metric": found.design.metric.metric,
        "coverage": found.coverage,
        "created_by": found.created_by,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "decision": found.decision.value if found.decision else None,
        "subjects": ", ".join(found.subjects),
        "reason": found.reason,
    }


def _print_look(seen: "Look") -> None:
    typer.echo(f"\nLook {seen.number}, {seen.at:%Y-%m-%d %H:%M:%S} UTC")
    for sentence in seen.result["sentences"]:
        typer.echo(f"  {sentence}")
    _print_rows(seen.result["metrics"])


def _print_metrics(seen: "Analysis") -> None:
    names = ("metric", "role", "variant", "verdict", "difference", "interval", "note")
    _print_rows([{name: getattr(item, name) for name in names} for item in seen.metrics])


def _print_rows(metrics: list[dict[str, Any]]) -> None:
    columns = ("metric", "role", "variant", "verdict", "difference", "from", "to", "note")
    rows = []
    for item in metrics:
        low, high = (None, None) if item["interval"] is None else item["interval"][1:]
        same = (item[name] for name in columns[:5])
        rows.append((*same, low, high, item["note"]))
    print_table("Metrics", columns, rows)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no number", param_hint="--split") from error
