"""Artifacts in an Amazon S3 bucket, or in a service with the same interface."""

from typing import TYPE_CHECKING

import dagster as dg
from typing_extensions import override

from frontier_assets.orchestration.connections import build_connections
from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager
from frontier_assets.storage.connections import Connections

if TYPE_CHECKING:
    from dagster_aws.s3 import S3Resource


class S3ArtifactIOManager(ArtifactIOManager):
    """Serves a named store with an ``s3:`` URL, reached by ``s3`` where that is given."""

    s3: dg.ResourceDependency["S3Resource | None"] = None  # type: ignore[assignment]  # Dagster types no default

    @override
    def connections(self) -> Connections:
        return build_connections(s3=self.s3)
