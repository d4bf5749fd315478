"""``frontier models`` and ``versions``: what there is, found by what is on record of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, parse_pairs
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.registry.catalogue import ModelSummary
    from frontier_assets.registry.search.page import Page
    from frontier_assets.types import Version

_NEWEST_FIRST = "-sequence"
Where = Annotated[
    str | None,
    typer.Option(
        metavar="EXPRESSION",
        help="Only what it fits, e.g. \"metrics.accuracy >= 0.9 and tags.team = 'vision'\".",
    ),
]
Tags = Annotated[
    list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only with this tag in the YAML.")
]
InStage = Annotated[
    str | None,
    typer.Option(
        metavar="STAGE",
        help="Only with a version in this stage.",
        autocompletion=completion.stages,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command("models")(list_models)
    app.command("versions")(list_versions)


def list_models(
    *,
    where: Where = None,
    framework: Annotated[str | None, typer.Option(help="Only of this framework.")] = None,
    team: Annotated[str | None, typer.Option(help="Only with this team as an owner.")] = None,
    tag: Tags = None,
    stage: InStage = None,
    page: Annotated[int, typer.Option(help="Which part of a long list, from 1.")] = 1,
    limit: Annotated[int, typer.Option(help="Models on a page.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the models: newest version, what is staged and live, last training, who froze it.

    Of several conditions all have to be met, `--where` by one of the model's versions.
    """
    tags = parse_pairs(tag or [], "--tag")
    with open_workspace() as workspace:
        found = workspace.models.list(
            where=where,
            framework=framework,
            team=team,
            tags=tags,
            stage=stage,
            page=page,
            limit=limit,
        )
    if as_json:
        _print_page(found, "models")
        return
    columns = ("model", "versions", "latest", "staging", "production", "last training", "frozen")
    print_table("", columns, [_model_row(item) for item in found])
    _print_rest(found, "models")


def list_versions(
    model: Model,
    *,
    where: Where = None,
    order_by: Annotated[
        str | None,
        typer.Option(metavar="FIELDS", help="E.g. -metrics.accuracy,number; newest first without."),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Show the first this many.")] = None,
    offset: Annotated[int, typer.Option(help="Leave out this many before them.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the versions of a model, newest first."""
    with open_workspace() as workspace:
        found = workspace.versions.list(
            model, where=where, order_by=order_by or _NEWEST_FIRST, limit=limit, offset=offset
        )
    if as_json:
        _print_page(found, "versions")
        return
    columns = ("version", "number", "stage", "change", "checkpoint", "metrics", "size")
    print_table("", (*columns, "created (UTC)"), [_version_row(item) for item in found])
    _print_rest(found, "versions")


def _model_row(item: "ModelSummary") -> tuple[object, ...]:
    return (
        item.model,
        item.versions,
        item.latest,
        ", ".join(item.staging),
        item.production,
        item.last_training,
        item.frozen.described() if item.frozen else "",
    )


def _version_row(item: "Version") -> tuple[object, ...]:
    return (
        item.number,
        item.sequence,
        item.stage,
        item.change,
        item.checkpoint,
        item.metrics,
        shown_size(item.size_bytes),
        item.created_at,
    )


def _print_page(page: "Page[Any]", name: str) -> None:
    print_json({"total": page.total, "limit": page.limit, "offset": page.offset, name: page})


def _print_rest(page: "Page[Any]", name: str) -> None:
    if len(page) < page.total:
        typer.echo(f"{len(page)} of {page.total} {name}, from number {page.offset + 1}")
