"""Artifacts in an Azure Blob Storage container."""

from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager


class AzureBlobArtifactIOManager(ArtifactIOManager):
    """Serves a named store with an ``az:`` URL."""
