"""``frontier checkpoints``: the saved states of training runs, and which of them are kept."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, Reason
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.checkpoints.retaining import RetentionReport
    from frontier_assets.registry.discoveries import DiscoveryRecord
    from frontier_assets.registry.training_runs import TrainingRunRecord
    from frontier_assets.types import Checkpoint
    from frontier_assets.workspace import Workspace

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="RUN-step-N, or best or latest.",
        autocompletion=completion.checkpoints,
    ),
]

group = typer.Typer(help="The saved states of training runs.", no_args_is_help=True)


@group.command("list")
def list_checkpoints(
    model: Model,
    *,
    runs: Annotated[
        bool, typer.Option("--runs", help="List the runs instead, and what became of each.")
    ] = False,
    watched: Annotated[
        bool,
        typer.Option(
            "--watched", help="List what the YAML's `watch` found, and what became of each."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the checkpoints of a model in the order in which they were saved."""
    if runs and watched:
        raise typer.BadParameter("give one of --runs and --watched")
    listed: tuple[Sequence[Any], Callable[[Any], None]]
    with open_workspace() as workspace:
        if runs:
            listed = workspace.training_runs.list(model), _print_runs
        elif watched:
            listed = workspace.discovery.list(model), _print_watched
        else:
            listed = workspace.checkpoints.list(model), _print_checkpoints
    found, show = listed
    if as_json:
        print_json(found)
    else:
        show(found)


@group.command()
def retain(
    model: Model,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Delete nothing; say what would be deleted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete the checkpoints that the recorded YAML's `retention` does not keep.

    Their bytes go with the next collection of the store.
    """
    with open_workspace() as workspace:
        if dry_run:
            report = workspace.checkpoints.retain(model, dry_run=True)
        else:
            report = _retain(workspace, model)
    if as_json:
        print_json(report)
    else:
        _print_retention(report)


@group.command()
def pin(model: Model, key: Key, *, reason: Reason, as_json: AsJson = False) -> None:
    """Keep a checkpoint whatever retention says."""
    with open_workspace() as workspace:
        pinned = workspace.checkpoints.pin(model, key, reason)
    if as_json:
        print_json(pinned)
    else:
        typer.echo(f"{pinned.name} of {model} is pinned.")


@group.command()
def unpin(model: Model, key: Key, *, as_json: AsJson = False) -> None:
    """Take the pin of a checkpoint away; the next retention may delete it."""
    with open_workspace() as workspace:
        freed = workspace.checkpoints.unpin(model, key)
    if as_json:
        print_json(freed)
    else:
        typer.echo(f"{freed.name} of {model} is no longer pinned.")


def _retain(workspace: "Workspace", model: str) -> "RetentionReport":
    # Dagster is opened first: what cannot be shown there is refused before it is done.
    with open_orchestrator(workspace.settings) as orchestrator:
        report = workspace.checkpoints.retain(model)
        if orchestrator is not None:
            orchestrator.remove_checkpoint_partitions(
                model, kept=lambda: {item.key for item in workspace.checkpoints.list(model)}
            )
    return report


def _print_retention(report: "RetentionReport") -> None:
    rows = [
        (item.checkpoint.key, item.checkpoint.created_at, "; ".join(item.reasons))
        for item in report.kept
    ]
    print_table("Kept", ("checkpoint", "saved (UTC)", "reasons"), rows)
    title = "Would be deleted" if report.dry_run else "Deleted"
    print_table(
        title,
        ("checkpoint", "saved (UTC)"),
        [(item.key, item.created_at) for item in report.deleted],
    )
    verb = "Would free" if report.dry_run else "Frees"
    typer.echo(f"\n{verb} {shown_size(report.freed_bytes)} at the next collection of the store.")


def _print_checkpoints(found: "Sequence[Checkpoint]") -> None:
    print_table(
        "",
        ("checkpoint", "epoch", "metrics", "size", "newly stored", "saved (UTC)"),
        [
            (
                item.key,
                item.epoch,
                item.metrics,
                shown_size(item.size_bytes),
                shown_size(item.stored_bytes),
                item.created_at,
            )
            for item in found
        ],
    )


def _print_runs(found: "Sequence[TrainingRunRecord]") -> None:
    print_table(
        "",
        ("run", "status", "version", "started (UTC)", "ended (UTC)", "problem"),
        [
            (run.name, run.status, run.version, run.started_at, run.ended_at, run.problem)
            for run in found
        ],
    )


def _print_watched(found: "Sequence[DiscoveryRecord]") -> None:
    print_table(
        "",
        ("location", "checkpoint", "seen (UTC)", "problem"),
        [
            (item.location, item.checkpoint, item.seen_at, item.problem or _state(item))
            for item in found
        ],
    )


def _state(item: "DiscoveryRecord") -> str:
    return "waits to be taken in" if item.is_waiting else ""
