"""``frontier checkpoints``: the saved states of training runs, and what became of the runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli.options import AsJson, Model
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.registry.training_runs import TrainingRunRecord
    from frontier_assets.types import Checkpoint

group = typer.Typer(help="The saved states of training runs.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Keep `list` a command of its own: a group of one would be merged into its parent."""


@group.command("list")
def list_checkpoints(
    model: Model,
    *,
    runs: Annotated[
        bool, typer.Option("--runs", help="List the runs instead, and what became of each.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the checkpoints of a model in the order in which they were saved."""
    with open_workspace() as workspace:
        trained = workspace.training_runs.list(model) if runs else []
        saved = [] if runs else workspace.checkpoints.list(model)
    if as_json:
        print_json(trained if runs else saved)
    elif runs:
        _print_runs(trained)
    else:
        _print_checkpoints(saved)


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
