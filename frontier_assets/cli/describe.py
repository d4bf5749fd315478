"""``frontier describe-model``: what a model is that no YAML describes."""

from typing import Annotated

import typer

from frontier_assets.cli.options import AsJson, Model, parse_pairs
from frontier_assets.cli.printing import print_facts, print_json
from frontier_assets.cli.session import open_workspace


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(describe_model)


def describe_model(
    model: Model,
    *,
    title: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    description: Annotated[str | None, typer.Option(help="What it does.")] = None,
    task: Annotated[str | None, typer.Option(help="What kind of problem it solves.")] = None,
    framework: Annotated[str | None, typer.Option(help="What it is written in.")] = None,
    owner: Annotated[
        list[str] | None, typer.Option(help="team:NAME or an e-mail address; replaces them all.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag; replaces them all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a model is that has no YAML, e.g. an imported one."""
    with open_workspace() as workspace:
        record = workspace.models.update(
            model,
            title=title,
            description=description,
            task=task,
            framework=framework,
            owners=owner or None,
            tags=parse_pairs(tag, "--tag") if tag else None,
        )
    if as_json:
        print_json(record)
    else:
        print_facts(
            {
                "model": record.model,
                "title": record.title,
                "description": record.description,
                "task": record.task,
                "framework": record.framework,
                "owners": ", ".join(record.owners),
                "tags": record.tags,
            }
        )
