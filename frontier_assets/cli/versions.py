"""``frontier show`` and ``register``: one version, and making the next one."""

import enum
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontier_assets.cli import completion
from frontier_assets.cli.options import AsJson, Model, parse_files, parse_pairs
from frontier_assets.cli.printing import print_facts, print_json
from frontier_assets.cli.session import open_orchestrator, open_workspace
from frontier_assets.cli.show import show
from frontier_assets.promotion.markdown import shown_size
from frontier_assets.types import MAIN, Version, checked_model_name

if TYPE_CHECKING:
    from frontier_assets.specification import ModelSpecification
    from frontier_assets.workspace import Workspace

CheckpointKey = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="A checkpoint's key, best or latest.",
        autocompletion=completion.checkpoints,
    ),
]
Files = Annotated[
    list[str] | None, typer.Option(metavar="NAME=PATH", help="A file, under its name there.")
]
Uri = Annotated[
    str | None,
    typer.Option(
        metavar="URI",
        help="A file or folder on s3:, gs:, az: or file:, registered where it lies, not copied.",
    ),
]
Tags = Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag.")]


class Change(enum.StrEnum):
    """What ``--change`` accepts."""

    AUTO = "auto"
    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


ChangeOption = Annotated[Change, typer.Option(help="Which part of the number moves.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to ``app``."""
    app.command()(show)
    app.command()(register)


def register(
    model: Model,
    *,
    checkpoint: CheckpointKey = None,
    file: Files = None,
    uri: Uri = None,
    change: ChangeOption = Change.AUTO,
    branch: Annotated[
        str,
        typer.Option(
            metavar="BRANCH",
            help="The branch that gets it, as a pre-release.",
            autocompletion=completion.branches,
        ),
    ] = MAIN,
    description: Annotated[str, typer.Option(help="What is new, for people.")] = "",
    tag: Tags = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE", help="Sign with this SSH key: nobody approves what they signed."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register the next version of a model, from a checkpoint, files, or where files lie.

    Where the project defines the model, its YAML is recorded first and the version becomes a
    partition, so that a build of it can start.
    """
    if [checkpoint is not None, bool(file), uri is not None].count(True) != 1:
        raise typer.BadParameter("give one of --checkpoint, --file and --uri", param_hint="source")
    files, tags = parse_files(file or []), parse_pairs(tag or [], "--tag")
    checked_model_name(model)
    with open_workspace() as workspace, open_orchestrator(workspace.settings) as orchestrator:
        definition = orchestrator.definition(model) if orchestrator else None
        if definition is not None:
            _check_branch(workspace, model, branch)
            _record_definition(workspace, definition.specification, checkpoint, files, uri)
        versions = workspace.versions.signed_with(key) if key else workspace.versions
        version = versions.register(
            model,
            checkpoint=checkpoint,
            files=files or None,
            uri=uri,
            change=change.value,
            branch=branch,
            description=description,
            tags=tags,
        )
        command = None
        if orchestrator is not None and definition is not None:
            orchestrator.add_partition(version)
            command = definition.materialize_command(version)
    print_registered(version, command, as_json=as_json)


def _check_branch(workspace: "Workspace", model: str, branch: str) -> None:
    if branch != MAIN:
        workspace.branches.get(model, branch)


def _record_definition(
    workspace: "Workspace",
    specification: "ModelSpecification",
    checkpoint: str | None,
    files: Mapping[str, Path],
    uri: str | None,
) -> None:
    """Record the project's YAML, unless the version could then not be registered."""
    model = specification.name
    if checkpoint is not None:
        # Which one is best may depend on the YAML, so that any will do here.
        workspace.checkpoints.get(model, "latest" if checkpoint == "best" else checkpoint)
    workspace.versions.check_files(model, files, specification=specification)
    if uri is not None:
        workspace.versions.check_uri(model, uri, specification=specification)
    workspace.record_policy(specification)


def print_registered(version: Version, command: str | None, *, as_json: bool) -> None:
    """Print a new version and how to build it: by Dagster's ``command``, where there is one."""
    if as_json:
        print_json({"version": version, "partition_added": command is not None, "next": command})
        return
    print_facts(
        {
            "registered": version.ref,
            "change": f"{version.change}: {version.change_reason}",
            "digest": version.digest,
            "newly stored": shown_size(version.stored_bytes),
        }
    )
    if command is None:
        typer.echo(f"The project here does not define {version.model}, so it has no build.")
    else:
        typer.echo(f"Next, build it: frontier build {version.ref}")
        typer.echo(f"or: {command}")
