"""Artifacts in an Amazon S3 bucket, or in a service with the same interface."""

from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager


class S3ArtifactIOManager(ArtifactIOManager):
    """Serves a named store with an ``s3:`` URL."""
