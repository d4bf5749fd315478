"""Checks of what a project consists of: its files, its registry and its stores."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.cli.location import FILE, find_locations, read_yaml
from frontier_assets.cli.orchestrator.surroundings import try_instance
from frontier_assets.errors import SettingsError
from frontier_assets.registry.connection import Database
from frontier_assets.registry.database import Registry
from frontier_assets.settings import PROJECT_MARKER, Settings
from frontier_assets.signatures import AllowedSigners
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.probe import probe

if TYPE_CHECKING:
    from frontier_assets.storage.stores import ArtifactStores

LOCATION = "code location"


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Say what the settings come to."""
    where = settings.root or "none; the settings alone name registry and stores"
    yield Finding("settings", State.OK, f"project {where}; acting as {settings.actor}")


def check_signers(signers: AllowedSigners | None) -> Iterator[Finding]:
    """Check that the files that say whose signatures count can be read, where they are set."""
    if signers is None:
        return
    signers.check_files()
    revoked = f", except of keys in {signers.revoked}" if signers.revoked else ""
    yield Finding("signers", State.OK, f"signatures of those in {signers.file} count{revoked}")


def check_dagster_file(root: Path) -> Iterator[Finding]:
    """Check that Dagster can read the project's ``dagster.yaml``."""
    subject, path = PROJECT_MARKER, root / PROJECT_MARKER
    content = read_yaml(path, "correct it, or take the README's")
    if content is not None and not isinstance(content, Mapping):
        raise SettingsError(str(path), "is no mapping", "correct it, or take the README's")
    storage = (content or {}).get("storage")
    if storage is None or _is_local(storage):
        try_instance(root)
        yield Finding(subject, State.OK, f"Dagster accepts {path}")
    else:
        detail = f"{path} is YAML; Dagster's storage was not tried, which would set it up"
        yield Finding(subject, State.OK, detail)
    home = os.environ.get("DAGSTER_HOME")
    if home and Path(home).resolve() != root.resolve():
        detail = f"DAGSTER_HOME is {home}, so Dagster keeps its runs there and not in the project"
        yield Finding(subject, State.WARNING, detail, f"export DAGSTER_HOME={root}, or unset it")


def _is_local(storage: object) -> bool:
    """Tell whether trying Dagster's storage elsewhere leaves the project's own alone."""
    match storage:
        case {"sqlite": {"base_dir": str(folder)}}:
            return not Path(folder).is_absolute()
        case _:
            return False


def check_locations(root: Path) -> Iterator[Finding]:
    """Check that the project says where its definitions are."""
    locations = find_locations(root)
    if not locations:
        remedy = "write load_from: [{python_module: {module_name: my_project.definitions}}]"
        yield Finding(LOCATION, State.FAILED, f"{root / FILE} names no code", remedy)
    for location in locations:
        if location.folder.is_dir():
            yield Finding(LOCATION, State.OK, f"{location.entrypoint} in {location.folder}")
        else:
            detail = f"the working directory {location.folder} is no folder"
            yield Finding(LOCATION, State.FAILED, detail, f"correct it in {root / FILE}")


def check_registry(url: str) -> Iterator[Finding]:
    """Check that the registry answers and has this release's schema; none is created."""
    database = Database(url)
    found, needed = Registry.current(url)
    if found == needed:
        yield Finding("registry", State.OK, f"{database.shown} has schema {found}")
    elif found is not None:
        detail = f"{database.shown} has schema {found}, this release needs {needed}"
        remedy = "frontier db upgrade" if found < needed else "install a newer frontier_assets"
        yield Finding("registry", State.FAILED, detail, remedy)
    elif database.path is None:
        detail = f"{database.shown} is empty"
        yield Finding("registry", State.FAILED, detail, "frontier db upgrade")
    elif obstacle := _obstacle(database.path.parent):
        detail = f"{database.shown} cannot be created: {obstacle}"
        yield Finding("registry", State.FAILED, detail, "correct FRONTIER_REGISTRY_URL")
    else:
        yield Finding("registry", State.OK, f"{database.shown} will be created at first use")


def check_store(
    stores: "ArtifactStores", name: str, registry: Registry | None
) -> Iterator[Finding]:
    """Check that a store takes a blob, gives it back and lets it go; none is created.

    Whoever keeps artifacts there beside the ``registry`` is named.
    """
    subject = f"store {name}"
    blobs = stores[name].blobs
    if not isinstance(blobs, LocalBlobStore) or blobs.root.exists():
        probe(blobs)
        yield Finding(subject, State.OK, f"{blobs.url} takes, returns and deletes a blob")
        own = registry.audit.identity() if registry is not None else None
        for tenant in stores[name].tenants.others(own).values():
            also = f"holds artifacts of another registry, {tenant.described}"
            detail = f"{also}, so that nothing there is collected"
            remedy = "use one registry (FRONTIER_REGISTRY_URL), or a store for each"
            yield Finding(subject, State.WARNING, detail, remedy)
    elif obstacle := _obstacle(blobs.root.parent):
        detail = f"{blobs.url} cannot be created: {obstacle}"
        yield Finding(subject, State.FAILED, detail, "correct FRONTIER_STORES")
    else:
        yield Finding(subject, State.OK, f"{blobs.url} will be created at first use")


def _obstacle(folder: Path) -> str:
    """Return why nothing can be made in ``folder``, which need not exist; empty if it can."""
    existing = next(item for item in (folder, *folder.parents) if item.exists())
    if not existing.is_dir():
        return f"{existing} is no folder"
    return "" if os.access(existing, os.W_OK | os.X_OK) else f"{existing} may not be written"
