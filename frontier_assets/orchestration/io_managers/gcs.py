"""Artifacts in a Google Cloud Storage bucket."""

from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager


class GCSArtifactIOManager(ArtifactIOManager):
    """Serves a named store with a ``gs:`` URL."""
