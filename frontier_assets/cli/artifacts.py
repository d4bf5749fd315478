"""``frontier fetch``: a version's files on disk."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.errors import FrontierAssetsError, InvalidValueError
from frontier_assets.promotion.markdown import shown_size

Destination = Annotated[
    Path, typer.Argument(metavar="DEST", file_okay=False, help="Folder, made when missing.")
]
Target = Annotated[
    str | None,
    typer.Option(
        metavar="TARGET",
        help="A verified conversion, e.g. onnx; else the version itself.",
        autocompletion=completion.targets,
    ),
]
AttachmentName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A file that `frontier attach` put there.",
        autocompletion=completion.attachments,
    ),
]
FromStore = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Read the copy in this store; else where it was saved."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(fetch)


def fetch(
    ref: Reference,
    destination: Destination,
    *,
    target: Target = None,
    attachment: AttachmentName = None,
    store: FromStore = None,
    as_json: AsJson = False,
) -> None:
    """Write a version's files into a folder, every byte verified."""
    if target is not None and attachment is not None:
        raise typer.BadParameter("give either --target or --attachment", param_hint="source")
    if store is not None and attachment is not None:
        raise typer.BadParameter("an attachment is read where it was saved", param_hint="--store")
    folder = destination.resolve()
    with open_workspace() as workspace, _writable(folder):
        version = workspace.versions.get(ref)
        if attachment is None:
            written = workspace.fetch(version.ref, folder, target=target, store=store)
        else:
            written = workspace.versions.attachment(version.ref, attachment).write_to(folder)
    files = [{"path": path, "size_bytes": path.stat().st_size} for path in written]
    if as_json:
        print_json({"ref": version.ref, "target": target, "digest": version.digest, "files": files})
        return
    rows = [(path, shown_size(path.stat().st_size)) for path in written]
    print_table("", (f"{target or attachment or 'files'} of {version.ref}", "size"), rows)


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Name the folder where the file system refuses it."""
    try:
        yield
    except FrontierAssetsError:
        raise
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise InvalidValueError("Destination", str(folder), problem) from error
