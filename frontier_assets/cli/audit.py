"""``frontier audit``: proving the audit trail."""

from typing import Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson
from frontier_assets.cli.printing import print_json
from frontier_assets.cli.session import open_workspace

group = typer.Typer(help="The audit trail.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Keep `verify` a command of its own: a group of one would be merged into its parent."""


@group.command()
def verify(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="One model; all when left out.",
            autocompletion=completion.models,
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Prove that no entry was changed, removed, added or moved; exit 1 names the first that was."""
    with open_workspace() as workspace:
        entries = workspace.audit.verify(model)
        models = sorted(workspace.audit.heads()) if model is None else [model]
    if as_json:
        print_json({"verified": True, "entries": entries, "models": models})
    else:
        typer.echo(f"The audit trail proves itself: {entries} entries, {len(models)} models.")
