"""``frontier delete``, ``pin`` and ``unpin``: versions that go, and versions that have to stay."""

from collections.abc import Sequence
from typing import Annotated

import typer

from frontier_assets.cli.options import AsJson, Reason, Reference
from frontier_assets.cli.printing import print_json
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.types import Version


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(delete)
    app.command()(pin)
    app.command()(unpin)


def delete(
    ref: Reference,
    *,
    reason: Reason,
    all_versions: Annotated[
        bool,
        typer.Option(
            "--all-versions", help="Delete every version and checkpoint of the model, or nothing."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a version that nothing holds; its number is never used again.

    Its bytes go with the next collections of the store. Lineage and history go on naming it.
    """
    model, at, _ = ref.partition("@")
    if all_versions and at:
        raise typer.BadParameter("give MODEL alone", param_hint="--all-versions")
    # Dagster is opened first: what cannot be shown there is refused before it is done.
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        if all_versions:
            deleted = workspace.models.delete(model, reason=reason)
        else:
            deleted = [workspace.versions.delete(ref, reason=reason)]
        if orchestrator is not None:
            orchestrator.remove_version_partitions(
                model, kept=lambda: {item.number for item in workspace.versions.list(model)}
            )
            orchestrator.remove_checkpoint_partitions(
                model, kept=lambda: {item.key for item in workspace.checkpoints.list(model)}
            )
    _print_deleted(model, deleted, as_json=as_json)


def pin(ref: Reference, *, reason: Reason, as_json: AsJson = False) -> None:
    """Keep a version, and what it was made from, whatever happens."""
    with open_workspace() as workspace:
        pinned = workspace.versions.pin(ref, reason)
    if as_json:
        print_json(pinned)
    else:
        typer.echo(f"{pinned.model}@{pinned.name} is pinned.")


def unpin(ref: Reference, *, as_json: AsJson = False) -> None:
    """Take the pin of a version away; it may be deleted then."""
    with open_workspace() as workspace:
        freed = workspace.versions.unpin(ref)
    if as_json:
        print_json(freed)
    else:
        typer.echo(f"{freed.model}@{freed.name} is no longer pinned.")


def _print_deleted(model: str, deleted: Sequence[Version], *, as_json: bool) -> None:
    if as_json:
        print_json({"model": model, "deleted": deleted})
        return
    names = ", ".join(version.ref for version in deleted) or f"{model}, which had no version"
    typer.echo(f"Deleted {names}.")
    typer.echo("The bytes go with the next collections: frontier store collect")
