"""``frontier store``: proving, emptying, measuring, copying and rekeying stores of artifacts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli.options import AsJson, Model, Reference
from frontier_assets.cli.printing import print_json, print_table
from frontier_assets.cli.progress import bar
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_amount, shown_size

if TYPE_CHECKING:
    from frontier_assets.upkeep.backup import Transfer
    from frontier_assets.upkeep.verification import Damage

ToStore = Annotated[str, typer.Option("--to", metavar="NAME", help="The store to copy to.")]

group = typer.Typer(help="The stores of artifacts.", no_args_is_help=True)


@group.command()
def verify(*, as_json: AsJson = False) -> None:
    """Read every byte of everything recorded; exit 1 when something is damaged, and whose it is."""
    with open_workspace() as workspace, bar("Verifying") as tell:
        found = workspace.store.verify(tell=tell)
    if as_json:
        print_json(found)
    elif found.passed:
        size = shown_size(found.size_bytes)
        typer.echo(f"Every byte is what was saved: {found.artifacts} artifacts, {size}.")
    else:
        _print_damaged(found.damaged)
    if not found.passed:
        typer.echo(
            f"frontier: {len(found.damaged)} of {found.artifacts} artifacts are damaged; restore "
            "their files from a backup, or build what they belong to again",
            err=True,
        )
        raise typer.Exit(1)


@group.command()
def collect(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would be done.")
    ] = False,
    grace_hours: Annotated[
        float,
        typer.Option(
            metavar="HOURS",
            min=0,
            help="How old garbage is before it is condemned, and how long it is condemned before "
            "it is deleted.",
        ),
    ] = 24,
    as_json: AsJson = False,
) -> None:
    """Delete what nothing refers to any more: condemn it first, delete it a grace period later."""
    with open_workspace() as workspace:
        found = workspace.store.collect(dry_run=dry_run, grace=timedelta(hours=grace_hours))
    if as_json:
        print_json(found)
        return
    verb = "would be " if dry_run else ""
    columns = ("store", "live", "condemned", f"{verb}deleted", "abandoned", f"{verb}moved")
    print_table(
        "",
        columns,
        [
            (
                item.store,
                shown_amount(item.live_blobs, item.live_bytes),
                shown_amount(item.condemned_blobs, item.condemned_bytes),
                shown_amount(item.deleted_blobs, item.deleted_bytes),
                shown_size(item.abandoned_bytes),
                shown_size(item.moved_bytes),
            )
            for item in found
        ],
    )


@group.command()
def forget(
    store: Annotated[str, typer.Argument(help="The name of the store.")],
    registry: Annotated[str, typer.Argument(help="What `collect` calls the other registry.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take another registry for gone: what it alone recorded in the store is garbage then."""
    with open_workspace() as workspace:
        found = workspace.store.forget(store, registry)
    if as_json:
        print_json(found)
        return
    typer.echo(f"Forgotten in store '{store}': {found.described}.")


@group.command()
def repack(model: Model, *, as_json: AsJson = False) -> None:
    """Store a model's checkpoints as differences to the one before; they load more slowly then.

    The space is free after the next collections.
    """
    with open_workspace() as workspace, bar("Repacking") as tell:
        found = workspace.store.repack(model, tell=tell)
    if as_json:
        print_json(found)
        return
    rows = [(item.store, item.checkpoints, shown_size(item.written_bytes)) for item in found]
    print_table("", ("store", "checkpoints", "written anew"), rows)


@group.command()
def usage(*, as_json: AsJson = False) -> None:
    """Show how much each store holds, and what each model has in it."""
    with open_workspace() as workspace:
        found = workspace.store.usage()
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("store", "stored", "live", "condemned", "url"),
        [
            (
                item.store,
                shown_amount(item.blobs, item.stored_bytes),
                shown_size(item.live_bytes),
                shown_size(item.condemned_bytes),
                item.url,
            )
            for item in found.stores
        ],
    )
    print_table(
        "Models",
        ("model", "store", "artifacts", "content", "stored", "shared with others"),
        [
            (
                item.model,
                item.store,
                item.artifacts,
                shown_size(item.logical_bytes),
                shown_size(item.stored_bytes),
                shown_size(item.shared_bytes),
            )
            for item in found.models
        ],
    )


@group.command("rotate-key")
def rotate_key(*, as_json: AsJson = False) -> None:
    """Make the first key of FRONTIER_ENCRYPTION_KEY_FILE the only one that opens the stores."""
    with open_workspace() as workspace:
        found = workspace.store.rotate_key()
    if as_json:
        print_json(found)
        return
    rows = [(item.store, item.key, ", ".join(item.retired) or "none") for item in found]
    print_table("", ("store", "opens with key", "retired"), rows)


@group.command()
def copy(ref: Reference, *, to: ToStore, as_json: AsJson = False) -> None:
    """Copy a version, its verified conversions and attachments to another store."""
    with open_workspace() as workspace:
        found = workspace.store.copy(ref, to=to)
    if as_json:
        print_json(found)
        return
    rows = [
        (item.name or "version", item.digest, item.source, item.store, shown_size(item.size_bytes))
        for item in found
    ]
    print_table("", ("artifact", "digest", "from", "to", "size"), rows)


@group.command()
def backup(*, to: ToStore, as_json: AsJson = False) -> None:
    """Copy everything recorded in the other stores; exit 1 when something cannot be copied."""
    with open_workspace() as workspace, bar("Copying") as tell:
        found = workspace.store.backup(to=to, tell=tell)
    _print_transfer(found, "copied", as_json=as_json)


@group.command()
def restore(
    *,
    source: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The store to copy back from.")
    ],
    as_json: AsJson = False,
) -> None:
    """Put back what other stores lack or hold damaged; exit 1 when something cannot be."""
    with open_workspace() as workspace, bar("Restoring") as tell:
        found = workspace.store.restore(source=source, tell=tell)
    _print_transfer(found, "restored", as_json=as_json)


def _print_transfer(found: "Transfer", done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        rows = [
            (item.store, item.artifacts, item.copied, shown_size(item.stored_bytes))
            for item in found.stores
        ]
        print_table("", ("store", "artifacts", done, "newly stored"), rows)
        if not found.passed:
            _print_damaged(found.failed)
    if not found.passed:
        typer.echo(
            f"frontier: {len(found.failed)} artifacts were not {done}, and what is there in their "
            "place was left as it is; build what they belong to again, or restore them from "
            "another store",
            err=True,
        )
        raise typer.Exit(1)


def _print_damaged(damaged: "Sequence[Damage]") -> None:
    rows = [(", ".join(i.owners), i.store, i.digest, i.problem) for i in damaged]
    print_table("", ("damaged", "store", "artifact", "problem"), rows)
