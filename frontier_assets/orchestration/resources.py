"""Settings become Dagster resources here; opening anything waits until a step or a tick asks."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from frontier_assets.workspace import Workspace


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Opens the project's workspace; settings come from the environment of the process."""

    project_root: str = Field(
        description="Folder that relative settings are relative to; when empty, the project that "
        "the process works in."
    )

    @contextlib.contextmanager
    def opened(self) -> Iterator[Workspace]:
        """Open the workspace for the duration of one step or tick."""
        root = Path(self.project_root) if self.project_root else None
        with Workspace.open(root=root) as workspace:
            yield workspace
