"""Artifacts in a Redis server."""

from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager


class RedisArtifactIOManager(ArtifactIOManager):
    """Serves a named store with a ``redis:`` URL."""
