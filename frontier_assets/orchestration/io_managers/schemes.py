"""Which IO manager class serves which store URL."""

from collections.abc import Mapping

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.io_managers.artifact import ArtifactIOManager
from frontier_assets.orchestration.io_managers.azure import AzureBlobArtifactIOManager
from frontier_assets.orchestration.io_managers.gcs import GCSArtifactIOManager
from frontier_assets.orchestration.io_managers.local import LocalArtifactIOManager
from frontier_assets.orchestration.io_managers.redis import RedisArtifactIOManager
from frontier_assets.orchestration.io_managers.s3 import S3ArtifactIOManager
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.storage.backends import BACKENDS, known_backends

IO_MANAGERS: Mapping[str, type[ArtifactIOManager]] = {
    "az": AzureBlobArtifactIOManager,
    "file": LocalArtifactIOManager,
    "gs": GCSArtifactIOManager,
    "redis": RedisArtifactIOManager,
    "s3": S3ArtifactIOManager,
}


def build_io_managers(
    stores: Mapping[str, str], workspace: WorkspaceResource
) -> dict[str, ArtifactIOManager]:
    """Return one IO manager per named store, under the store's own name.

    Raises:
        SettingsError: a store's URL has a scheme that no IO manager serves, or that two packages
            are the backend of.
    """
    # What other packages bring needs no connection of Dagster's, so that one class serves it.
    others = known_backends().keys() - BACKENDS.keys()
    classes: dict[str, type[ArtifactIOManager]] = {**IO_MANAGERS}
    classes |= dict.fromkeys(others, ArtifactIOManager)
    managers: dict[str, ArtifactIOManager] = {}
    for name, url in stores.items():
        scheme = url.partition(":")[0]
        if scheme not in classes:
            raise SettingsError(
                f"Store '{name}'",
                f"has the scheme '{scheme}'",
                f"use one of: {', '.join(sorted(classes))}",
            )
        managers[name] = classes[scheme](store=name, workspace=workspace)
    return managers
