"""``frontier fetch``: a version's files on disk."""

from pathlib import Path
from typing import Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.errors import FrontierAssetsError, InvalidValueError
from frontier_assets.promotion.markdown import shown_size


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(fetch)


def fetch(
    ref: Reference,
    destination: Annotated[
        Path, typer.Argument(metavar="DEST", file_okay=False, help="Folder, made when missing.")
    ],
    *,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET",
            help="A verified conversion, e.g. onnx; else the version itself.",
            autocompletion=completion.targets,
        ),
    ] = None,
    attachment: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A file that `frontier attach` put there.",
            autocompletion=completion.attachments,
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Read the copy in this store; else where it was saved."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a version's files into a folder, every byte verified."""
    if target is not None and attachment is not None:
        raise typer.BadParameter("give either --target or --attachment", param_hint="source")
    if store is not None and attachment is not None:
        raise typer.BadParameter("an attachment is read where it was saved", param_hint="--store")
    folder = destination.resolve()
    with open_workspace() as workspace:
        version = workspace.versions.get(ref)
        try:
            if attachment is None:
                written = workspace.fetch(version.ref, folder, target=target, store=store)
            else:
                content = workspace.versions.attachment(version.ref, attachment)
                written = content.write_to(folder)
        except FrontierAssetsError:
            raise
        except OSError as error:
            problem = f"cannot be written: {error.strerror}"
            raise InvalidValueError("Destination", str(folder), problem) from error
    files = [{"path": path, "size_bytes": path.stat().st_size} for path in written]
    if as_json:
        print_json({"ref": version.ref, "target": target, "digest": version.digest, "files": files})
        return
    rows = [(path, shown_size(path.stat().st_size)) for path in written]
    print_table("", (f"{target or attachment or 'files'} of {version.ref}", "size"), rows)
