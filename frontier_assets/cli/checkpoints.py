"""``frontier checkpoints``: the saved states of a model's training runs."""

import typer

from frontier_assets.cli.options import AsJson, Model
from frontier_assets.cli.printing import print_json, print_table, shown_size
from frontier_assets.cli.session import open_workspace

group = typer.Typer(help="The saved states of training runs.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Keep `list` a command of its own: a group of one would be merged into its parent."""


@group.command("list")
def list_checkpoints(model: Model, *, as_json: AsJson = False) -> None:
    """List the checkpoints of a model in the order in which they were saved."""
    with open_workspace() as workspace:
        found = workspace.checkpoints.list(model)
    if as_json:
        print_json(found)
        return
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
