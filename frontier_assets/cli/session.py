"""The workspace and the project of one command; what they need is imported here, when it runs."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.cli.location import required_locations
from frontier_assets.errors import SettingsError

if TYPE_CHECKING:
    from frontier_assets.cli.orchestrator.orchestrator import Orchestrator
    from frontier_assets.settings import Settings
    from frontier_assets.specification import ModelSpecification
    from frontier_assets.workspace import Workspace


@contextlib.contextmanager
def open_workspace(*, allowed_signers: Path | None = None) -> Iterator["Workspace"]:
    """Open the workspace of the current folder's project, or the one that settings name.

    ``allowed_signers`` is a file that takes the place of the one in the settings.
    """
    from frontier_assets.workspace import Workspace  # noqa: PLC0415 - loads SQLAlchemy

    with Workspace.open(allowed_signers=allowed_signers) as workspace:
        yield workspace


@contextlib.contextmanager
def open_orchestrator(settings: "Settings") -> Iterator["Orchestrator | None"]:
    """Open the Dagster of the project; None where settings alone name the registry."""
    if settings.root is None:
        yield None
        return
    from frontier_assets.cli.orchestrator.orchestrator import opened  # noqa: PLC0415 - loads Dagster

    with opened(settings, settings.root) as orchestrator:
        yield orchestrator


def defined_models(settings: "Settings") -> dict[str, "ModelSpecification"]:
    """Return what the project's YAML files say, by model, without opening Dagster's storage.

    Raises:
        SettingsError: there is no project, or it does not say where its definitions are.
        EntrypointError: the definitions cannot be loaded.
    """
    if settings.root is None:
        raise SettingsError(
            "Project root", "settings alone name no definitions", "run it inside the project"
        )
    # Both load Dagster.
    from frontier_assets.cli.orchestrator.definitions import definitions_of  # noqa: PLC0415
    from frontier_assets.cli.orchestrator.surroundings import surroundings  # noqa: PLC0415

    with surroundings(settings, settings.root):
        return {
            name: definition.specification
            for location in required_locations(settings.root)
            for name, definition in definitions_of(location).items()
        }
