"""``frontier branch``: lines of versions beside main."""

from typing import Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, Reason
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.cli.versions import Change, ChangeOption, print_registered

group = typer.Typer(help="Lines of versions beside main.", no_args_is_help=True)
Name = Annotated[
    str,
    typer.Argument(
        metavar="BRANCH", help="Name of the branch.", autocompletion=completion.branches
    ),
]


@group.command()
def create(
    model: Model,
    name: Annotated[str, typer.Argument(metavar="BRANCH", help="Name, such as experimental.")],
    *,
    source: Annotated[
        str,
        typer.Option(
            metavar="VERSION",
            help="The version it starts from: 1.2.0, or what follows the @ of a REF.",
            autocompletion=completion.numbers,
        ),
    ] = "latest",
    as_json: AsJson = False,
) -> None:
    """Start a branch from a version; main is not touched."""
    with open_workspace() as workspace:
        made = workspace.branches.create(model, name, source=source)
    if as_json:
        print_json(made)
        return
    typer.echo(f"Branch {made.name} of {made.model} starts from {made.source}.")
    typer.echo(f"Next: frontier register {made.model} --checkpoint best --branch {made.name}")


@group.command("list")
def list_branches(model: Model, *, as_json: AsJson = False) -> None:
    """List the branches of a model, the oldest first."""
    with open_workspace() as workspace:
        found = workspace.branches.list(model)
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("branch", "source", "head", "versions", "last merge", "created (UTC)", "by"),
        [
            (b.name, b.source, b.head, b.versions, b.last_merge, b.created_at, b.created_by)
            for b in found
        ],
    )


@group.command()
def merge(
    model: Model, name: Name, *, change: ChangeOption = Change.AUTO, as_json: AsJson = False
) -> None:
    """Register the head of a branch as the next version of main; it is built and judged anew."""
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        definition = orchestrator.definition(model) if orchestrator else None
        version = workspace.branches.merge(model, name, change=change.value)
        command = None
        if orchestrator is not None and definition is not None:
            orchestrator.add_partition(version)
            command = definition.materialize_command(version)
    print_registered(version, command, as_json=as_json)


@group.command()
def delete(model: Model, name: Name, *, reason: Reason, as_json: AsJson = False) -> None:
    """Delete a branch; its versions stay, and nothing else ever gets its name."""
    with open_workspace() as workspace:
        deleted = workspace.branches.delete(model, name, reason=reason)
    if as_json:
        print_json(deleted)
        return
    typer.echo(
        f"Branch {deleted.name} of {deleted.model} is deleted; its versions stay "
        f"({deleted.versions}), the last is {deleted.model}@{deleted.head}."
    )
