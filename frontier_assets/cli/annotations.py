"""``frontier tag``, ``describe`` and ``log-metrics``: what is said of a version later on."""

from typing import Annotated

import typer

from frontier_assets.cli.options import AsJson, Reference, parse_pairs
from frontier_assets.cli.printing import print_facts, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.types import Version


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(tag)
    app.command()(describe)
    app.command()(log_metrics)


def tag(
    ref: Reference,
    pairs: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Tags to set.")
    ] = None,
    *,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="A tag to take away.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(metavar="EXPRESSION", help="All versions of MODEL that it fits, or none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set tags of a version and take others away; what was there before stays in the trail."""
    if not pairs and not remove:
        raise typer.BadParameter("give KEY=VALUE or --remove KEY", param_hint="tags")
    if where is not None and "@" in ref:
        raise typer.BadParameter("give MODEL alone", param_hint="--where")
    tags = parse_pairs(pairs or [], "KEY=VALUE")
    with open_workspace() as workspace:
        if where is None:
            _print(workspace.versions.tag(ref, tags, remove=remove or []), "tags", as_json=as_json)
            return
        found = workspace.versions.list(ref, where=where)
        tagged = workspace.versions.tag_many(found, tags, remove=remove or [])
    if as_json:
        print_json([item.result for item in tagged])
    else:
        rows = [(item.ref, item.result and item.result.tags) for item in tagged]
        print_table("", ("version", "tags"), rows)


def describe(
    ref: Reference,
    text: Annotated[str, typer.Argument(help="The new description.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Replace the description of a version; the old one stays in the trail."""
    with open_workspace() as workspace:
        version = workspace.versions.describe(ref, text)
    _print(version, "description", as_json=as_json)


def log_metrics(
    ref: Reference,
    pairs: Annotated[list[str], typer.Argument(metavar="NAME=VALUE", help="Metrics to add.")],
    *,
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="What they were measured on, e.g. test.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add metrics of a version that were measured elsewhere; gates never read them."""
    metrics = {name: _number(text) for name, text in parse_pairs(pairs, "NAME=VALUE").items()}
    with open_workspace() as workspace:
        version = workspace.versions.log_metrics(ref, metrics, split=split)
        known = workspace.versions.metrics(version.ref)[split]
    if as_json:
        print_json({"ref": version.ref, "split": split, "metrics": known})
    else:
        print_facts({"version": version.ref, "split": split or "none", "metrics": known})


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is not a number", param_hint="NAME=VALUE") from error


def _print(version: Version, name: str, *, as_json: bool) -> None:
    if as_json:
        print_json(version)
    else:
        print_facts({"version": version.ref, name: getattr(version, name) or "none"})
