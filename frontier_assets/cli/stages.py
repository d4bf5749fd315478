"""``frontier promote``, ``why``, ``rollback`` and ``history``: which version stands where."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, Reason, Reference, parse_time
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.cli.show import MOVE_COLUMNS, move_rows
from frontier_assets.types import Stage, Version, VersionNumber

if TYPE_CHECKING:
    from frontier_assets.registry.evidence import Decision
    from frontier_assets.registry.moves import StageMove

NOBODY = "nobody"
_FORWARD = {
    Stage.DEVELOPMENT: Stage.STAGING,
    Stage.STAGING: Stage.PRODUCTION,
    Stage.PRODUCTION: Stage.PRODUCTION,
    Stage.ARCHIVED: Stage.STAGING,
}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(promote)
    app.command()(why)
    app.command()(rollback)
    app.command()(history)


def promote(
    ref: Reference,
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="STAGE",
            help="staging, production or archived.",
            autocompletion=completion.stages,
        ),
    ],
    reason: Reason,
    expected: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION|nobody",
            help="Move to production only while this version holds it.",
            autocompletion=completion.numbers,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move a version to a stage, if the evidence allows it."""
    # Dagster is opened first: what cannot be shown there is refused before it is done.
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        version = workspace.versions.get(ref)
        move = workspace.stages.promote(version.ref, to=to, reason=reason, **_expectation(expected))
        if orchestrator is not None:
            entry = workspace.audit.entry(version.model, move.sequence)
            orchestrator.report_stage(version, move, entry)
            orchestrator.report_approvals(version.model, workspace.approvals.state(version.model))
    _print_move(version, move, as_json=as_json)


def why(
    ref: Reference,
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="STAGE",
            help="The next stage when left out.",
            autocompletion=completion.stages,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain whether a version may move to a stage; exit 0 if it may, else 1."""
    with open_workspace() as workspace:
        version = workspace.versions.get(ref)
        stage = to or _FORWARD[version.stage]
        decision = workspace.why(version.ref, to=stage)
    if as_json:
        print_json(
            {
                "ref": version.ref,
                "stage": version.stage,
                "to": stage,
                "allowed": decision.allowed,
                "conditions": decision.conditions,
                "next": _next_command(version, stage, decision),
            }
        )
    else:
        _print_decision(version, stage, decision)
    if not decision.allowed:
        raise typer.Exit(1)


def rollback(
    model: Model,
    *,
    reason: Reason,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="One of the last three earlier holders.",
            autocompletion=completion.numbers,
        ),
    ] = None,
    expected: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="Roll back only while this version holds production: nobody does it twice.",
            autocompletion=completion.numbers,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Return production to its previous holder and archive the present one."""
    number = None if to is None else str(VersionNumber.parse(to))
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        expectation = _expectation(expected)
        move = workspace.stages.rollback(model, reason=reason, to=number, **expectation)
        version = workspace.versions.get(f"{model}@{move.version}")
        if orchestrator is not None:
            entry = workspace.audit.entry(version.model, move.sequence)
            orchestrator.report_stage(version, move, entry)
    _print_move(version, move, as_json=as_json)


def history(
    model: Model,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_time,
            metavar="TIME",
            help="As it was then: an ISO 8601 date (its first moment) or time, UTC by default.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which version held staging and production, and every move up to that time."""
    with open_workspace() as workspace:
        holders = {
            stage.value: workspace.stages.holder(model, stage, at=at)
            for stage in (Stage.STAGING, Stage.PRODUCTION)
        }
        moves = workspace.stages.history(model, at=at)
    numbers = {stage: version and version.number for stage, version in holders.items()}
    if as_json:
        print_json({"model": model, "at": at, **numbers, "moves": moves})
        return
    for stage, number in numbers.items():
        typer.echo(f"{stage}: {number or NOBODY}")
    print_table("Moves", MOVE_COLUMNS, move_rows(moves))


def _expectation(expected: str | None) -> dict[str, Any]:
    if expected is None:
        return {}
    return {"expected": None if expected == NOBODY else str(VersionNumber.parse(expected))}


def _print_move(version: Version, move: "StageMove", *, as_json: bool) -> None:
    if as_json:
        print_json({"ref": version.ref, "move": move})
    elif not move.changed:
        typer.echo(f"{version.ref} is in {move.target} already; nothing was changed.")
    else:
        replaced = f", replacing {move.replaced}" if move.replaced else ""
        typer.echo(f"{version.ref} moved from {move.source} to {move.target}{replaced}.")


def _print_decision(version: Version, stage: str, decision: "Decision") -> None:
    answer = "allows" if decision.allowed else "does not allow"
    typer.echo(f"{version.ref} is in {version.stage}; the evidence {answer} {stage}.")
    rows = [(item.state, item.detail, item.remedy) for item in decision.conditions]
    print_table("Conditions", ("state", "evidence", "remedy"), rows)
    command = _next_command(version, stage, decision)
    if command:
        typer.echo(f"\nNext: {command}")


def _next_command(version: Version, stage: str, decision: "Decision") -> str | None:
    """Return the first command that removes what stands in the way, or that of the move."""
    if not decision.allowed:
        missing = (item.remedy for item in decision.conditions if item.state != "met")
        parts = (part for remedy in missing for part in remedy.split("; "))
        return next((part for part in parts if part.startswith("frontier ")), None)
    if version.stage == stage:
        return None
    return f"frontier promote {version.ref} --to {stage} --reason '...'"
