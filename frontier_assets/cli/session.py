"""The workspace and the project of one command; what they need is imported here, when it runs."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.cli.location import required_locations
from frontier_assets.errors import SettingsError

if TYPE_CHECKING:
    from frontier_assets.cli.orchestrator import Orchestrator
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
    from frontier_assets.cli import orchestrator  # noqa: PLC0415 - loads Dagster

    with orchestrator.opened(settings, settings.root) as opened:
        yield opened


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
    from frontier_assets.cli import orchestrator  # noqa: PLC0415 - loads Dagster

    with orchestrator.surroundings(settings, settings.root):
        return {
            name: definition.specification
            for location in required_locations(settings.root)
            for name, definition in orchestrator.definitions_of(location).items()
        }
