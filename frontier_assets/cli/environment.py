"""Settings as the environment variables that a project's definitions read them from."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from frontier_assets.settings import Settings


def as_environment(settings: Settings, root: Path) -> dict[str, str]:
    """Return the variables that say what ``settings`` of the project in ``root`` say."""
    stores = {name: _absolute(url, root) for name, url in settings.stores.items()}
    values = {"FRONTIER_REGISTRY_URL": settings.registry_url, "FRONTIER_ACTOR": settings.actor}
    if settings.encryption_key_file is not None:
        values["FRONTIER_ENCRYPTION_KEY_FILE"] = str(settings.encryption_key_file)
    if settings.cache_url is not None:
        values["FRONTIER_CACHE_URL"] = settings.cache_url
    if settings.signers is not None:
        values["FRONTIER_ALLOWED_SIGNERS"] = str(settings.signers.file)
        if settings.signers.revoked is not None:
            values["FRONTIER_REVOKED_SIGNERS"] = str(settings.signers.revoked)
    # A comma in the project's own path cannot be told from the setting's separator.
    if not any("," in url for url in stores.values()):
        values["FRONTIER_STORES"] = ",".join(f"{name}={url}" for name, url in stores.items())
    return values


def _absolute(url: str, root: Path) -> str:
    path = url.removeprefix("file:")
    is_relative = path != url and not path.startswith(("/", "~"))
    return f"file:{root / path}" if is_relative else url


@contextlib.contextmanager
def changed_environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process for the duration of the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
