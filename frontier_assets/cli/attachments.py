"""``frontier attach``: keeping files with a version, and the table that shows them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli.options import AsJson, Reference, parse_files
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size
from frontier_assets.types import AttachmentKind

if TYPE_CHECKING:
    from frontier_assets.registry.attachments import Attachment


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(attach)


def attach(
    ref: Reference,
    *,
    file: Annotated[
        list[str], typer.Option(metavar="NAME=PATH", help="A file, under its name there.")
    ],
    kind: Annotated[AttachmentKind, typer.Option(help="What the files are for.")],
    as_json: AsJson = False,
) -> None:
    """Keep files with a version: plots, logs, configurations; `fetch --attachment` gets them."""
    files = parse_files(file)
    with open_workspace() as workspace:
        version = workspace.versions.get(ref)
        attached = workspace.versions.attach(version.ref, files, kind=kind)
    if as_json:
        print_json({"ref": version.ref, "attached": attached})
        return
    print_attachments(f"Attached to {version.ref}", attached)


def print_attachments(title: str, attached: "Sequence[Attachment]") -> None:
    """Print the files of a version."""
    rows = [
        (item.name, item.kind, shown_size(item.size_bytes), item.created_at, item.created_by)
        for item in attached
    ]
    print_table(title, ("file", "kind", "size", "attached (UTC)", "by"), rows)
