"""Artifacts in a folder of this machine or of a shared file system."""

from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager


class LocalArtifactIOManager(ArtifactIOManager):
    """Serves a named store with a ``file:`` URL."""
