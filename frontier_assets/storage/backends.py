"""The table of storage backends, by the scheme of a store's URL."""

import importlib
from importlib.metadata import entry_points
from pathlib import Path

from frontier_assets.errors import InvalidValueError, SettingsError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.connections import Connections

# Scheme -> module with `open_store(location, *, root)`; imported when first used. Those that
# `Connections` are for take a ``connection`` too.
BACKENDS = {
    "az": "frontier_assets.storage.azure",
    "file": "frontier_assets.storage.local",
    "gs": "frontier_assets.storage.gcs",
    "memory": "frontier_assets.storage.memory",
    "redis": "frontier_assets.storage.redis",
    "s3": "frontier_assets.storage.s3",
}

# Other packages offer theirs as entry points of this group, ``scheme = "package.module"``.
GROUP = "frontier_assets.storage_backends"


def known_backends() -> dict[str, str]:
    """Return the module of each scheme, those of other packages too; none of them is imported.

    Raises:
        SettingsError: a package offers a scheme that there is already.
    """
    known = dict(BACKENDS)
    for offered in entry_points(group=GROUP):
        module = known.setdefault(offered.name, offered.value)
        if module != offered.value:
            raise SettingsError(
                f"Storage backend '{offered.name}:'",
                f"is both {module} and {offered.value}",
                "uninstall the package of one of them",
            )
    return known


def open_blob_store(
    url: str, *, root: Path | None, connections: Connections | None = None
) -> BlobStore:
    """Open the store that ``url`` names; nothing is created before the first write.

    ``file:relative/path`` is relative to ``root`` (the project root, None where there is none),
    ``file:///absolute/path`` is not.

    Raises:
        InvalidValueError: the scheme is unknown, or the location cannot be used.
        SettingsError: two installed packages are the backend of one scheme.
    """
    scheme, separator, location = url.partition(":")
    backends = known_backends()
    if not separator or scheme not in backends:
        known = ", ".join(f"{name}:" for name in sorted(backends))
        # The rest of the URL may hold a credential and stays out of the message.
        raise InvalidValueError("Store URL scheme", scheme if separator else "", f"known: {known}")
    connection = (connections or {}).get(scheme)
    options = {"root": root} | ({"connection": connection} if connection else {})
    opened: BlobStore = importlib.import_module(backends[scheme]).open_store(location, **options)
    return opened
