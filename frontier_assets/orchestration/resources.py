"""Settings become Dagster resources here; opening anything waits until a step or a tick asks."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field, PrivateAttr
from typing_extensions import override

from frontier_assets.orchestration.connections import build_connections
from frontier_assets.orchestration.tags import actor_of
from frontier_assets.storage.connections import Connections
from frontier_assets.workspace import Workspace

if TYPE_CHECKING:
    from dagster_aws.s3 import S3Resource
    from dagster_gcp import GCSResource


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Opens the project's workspace; settings come from the environment of the process.

    Stores on S3 and GCS are reached by ``s3`` and ``gcs``, where those are given.
    """

    project_root: str = Field(
        description="Folder that relative settings are relative to; when empty, the project that "
        "the process works in."
    )
    s3: dg.ResourceDependency["S3Resource | None"] = None  # type: ignore[assignment]  # Dagster types no default
    gcs: dg.ResourceDependency["GCSResource | None"] = None  # type: ignore[assignment]  # Dagster types no default

    _actor: str | None = PrivateAttr(default=None)

    @override
    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Act for whom the run acts; outside of a run, for whom the settings name."""
        self._actor = None if context.run is None else actor_of(context.run)

    @contextlib.contextmanager
    def opened(self, connections: Connections | None = None) -> Iterator[Workspace]:
        """Open the workspace for the duration of one step or tick; ``connections`` win over it."""
        root = Path(self.project_root) if self.project_root else None
        own = build_connections(s3=self.s3, gcs=self.gcs)
        opening = Workspace.open(
            root=root, actor=self._actor, connections={**own, **(connections or {})}
        )
        with opening as workspace:
            yield workspace
