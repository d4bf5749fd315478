"""``frontier import`` and ``frontier export``: what comes from other registries and goes there."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli.options import AsJson, parse_pairs
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.progress import bar
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.integrations.intake import Imported
    from frontier_assets.workspace import Workspace

Document = Annotated[
    Path, typer.Argument(metavar="PATH", help="The registry.json; the files lie beside it.")
]
Rename = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=MODEL", help="Name a model here as the rule would not."),
]

importing = typer.Typer(help="Take in versions from elsewhere.", no_args_is_help=True)
exporting = typer.Typer(help="Write versions in other formats.", no_args_is_help=True)


@importing.command("registry-json")
def import_registry_json(path: Document, *, rename: Rename = None, as_json: AsJson = False) -> None:
    """Take in a registry.json and its files; doing so again brings what is new."""
    renamed = parse_pairs(rename or [], "--rename")
    with open_workspace() as workspace, bar("Importing") as tell:
        found = workspace.exchange.import_registry_json(path.resolve(), renamed=renamed, tell=tell)
        _finish(workspace, found, as_json=as_json)


@importing.command("directory")
def import_directory(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="Has a folder a model; in it a file or folder each."),
    ],
    *,
    rename: Rename = None,
    as_json: AsJson = False,
) -> None:
    """Take in MODEL/VERSION below a folder, where a version is a file or a folder of files."""
    renamed = parse_pairs(rename or [], "--rename")
    with open_workspace() as workspace, bar("Importing") as tell:
        found = workspace.exchange.import_directory(path.resolve(), renamed=renamed, tell=tell)
        _finish(workspace, found, as_json=as_json)


@importing.command("mlflow")
def import_mlflow(
    url: Annotated[str, typer.Argument(metavar="URI", help="http://HOST:PORT of the server.")],
    *,
    model: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A model there; all unless given.")
    ] = None,
    rename: Rename = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="MLFLOW_TRACKING_TOKEN", help="A bearer token.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in the models of an MLflow server with files, tags, parameters and metrics.

    Aliases and stages become tags: an import promotes nothing.
    """
    renamed = parse_pairs(rename or [], "--rename")
    with open_workspace() as workspace, bar("Importing", counts_bytes=False) as tell:
        found = workspace.exchange.import_mlflow(
            url, models=model or [], renamed=renamed, token=token, tell=tell
        )
        _finish(workspace, found, as_json=as_json)


@exporting.command("registry-json")
def export_registry_json(path: Document, *, as_json: AsJson = False) -> None:
    """Write every version as a file and a registry.json over them."""
    with open_workspace() as workspace:
        entries = workspace.exchange.export_registry_json(path.resolve())
    if as_json:
        print_json(entries)
        return
    print_table(
        "",
        ("model", "version", "file", "size"),
        [(e.name, e.version, e.storage_path, shown_size(e.file_size)) for e in entries],
    )


def _finish(workspace: "Workspace", found: "Iterator[Imported]", *, as_json: bool) -> None:
    """Import everything, make what the project defines a partition, and show it."""
    imported: list[Imported] = []
    # Dagster is opened first: what cannot be shown there is refused before it is done.
    with open_orchestrator(workspace.settings) as orchestrator:
        for item in found:
            imported.append(item)
            if orchestrator is not None and item.outcome == "imported":
                version = workspace.versions.get(item.ref)
                if orchestrator.definition(version.model) is not None:
                    orchestrator.add_partition(version)
    _print(imported, as_json=as_json)


def _print(imported: "Sequence[Imported]", *, as_json: bool) -> None:
    if as_json:
        print_json(imported)
        return
    rows = [(f"{item.name} {item.version}", item.ref, item.outcome) for item in imported]
    print_table("", ("there", "here", "outcome"), rows)
    for note in itertools.chain.from_iterable(item.notes for item in imported):
        typer.echo(note)
