"""Artifacts in a Google Cloud Storage bucket."""

from typing import TYPE_CHECKING

import dagster as dg
from typing_extensions import override

from frontier_assets.orchestration.connections import build_connections
from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager
from frontier_assets.storage.connections import Connections

if TYPE_CHECKING:
    from dagster_gcp import GCSResource


class GCSArtifactIOManager(ArtifactIOManager):
    """Serves a named store with a ``gs:`` URL, reached by ``gcs`` where that is given."""

    gcs: dg.ResourceDependency["GCSResource | None"] = None  # type: ignore[assignment]  # Dagster types no default

    @override
    def connections(self) -> Connections:
        return build_connections(gcs=self.gcs)
