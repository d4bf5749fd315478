"""``frontier freeze`` and ``unfreeze``: nobody promotes a model, until somebody says so."""

from typing import Annotated

import typer

from frontier_assets.cli.options import AsJson, Model
from frontier_assets.cli.printing import print_json
from frontier_assets.cli.session import open_workspace

# What is typed while something burns needs no more words than the model's name.
FreezeReason = Annotated[str, typer.Option("--reason", help="Why; shown wherever it is refused.")]
UnfreezeReason = Annotated[str, typer.Option("--reason", help="Why; stands in the audit trail.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(freeze)
    app.command()(unfreeze)


def freeze(
    model: Model, *, reason: FreezeReason = "incident hold", as_json: AsJson = False
) -> None:
    """Refuse every promotion of a model; a rollback by hand stays possible."""
    with open_workspace() as workspace:
        frozen = workspace.stages.freeze(model, reason=reason)
    if as_json:
        print_json(frozen)
    else:
        typer.echo(f"{model} is frozen {frozen.described()}")


def unfreeze(
    model: Model, *, reason: UnfreezeReason = "the hold is over", as_json: AsJson = False
) -> None:
    """Allow promotions of a model again."""
    with open_workspace() as workspace:
        ended = workspace.stages.unfreeze(model, reason=reason)
    if as_json:
        print_json({"model": model, "ended": ended})
    elif ended is None:
        typer.echo(f"{model} is not frozen; nothing was changed.")
    else:
        typer.echo(f"{model} can be promoted again; it was frozen {ended.described()}")
