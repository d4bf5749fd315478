"""Taking in a version from elsewhere: once, verified, and never loaded."""

import dataclasses
import enum
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from frontier_assets.errors import CorruptTransferError, InvalidValueError, ModelNotFoundError
from frontier_assets.registry.database import Registry
from frontier_assets.registry.versions import NewVersion
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import ChangeClass, Version
from frontier_assets.upkeep.saving import Marks, recorded


class Outcome(enum.StrEnum):
    """What became of one version of an import."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclasses.dataclass(frozen=True, slots=True)
class Imported:
    """One version of an import: what it is called there and here.

    ``notes`` say what could not be taken over as it was, and which command may come next.
    """

    name: str
    version: str
    ref: str
    outcome: Outcome
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A version that is to be taken in.

    ``origin`` has ``source``, ``name`` and ``version``, by which it is known again. ``sha256`` is
    that of each file where it comes from, by member name.
    """

    model: str
    origin: Mapping[str, str]
    files: Mapping[str, Path]
    sha256: Mapping[str, str]
    description: str = ""
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)


class Intake:
    """Registers versions from elsewhere.

    A pickle is kept as the bytes that it is: only loading a version asks what its YAML allows.
    """

    def __init__(
        self,
        registry: Registry,
        stores: ArtifactStores,
        *,
        store_name: Callable[[str], str],
        actor: str,
    ) -> None:
        """Work on ``registry`` and ``stores``; ``store_name`` says which is a model's."""
        self._registry = registry
        self._stores = stores
        self._store_name = store_name
        self._actor = actor

    def known(self, model: str, origin: Mapping[str, str]) -> Imported | None:
        """Return what became of a version that was imported before; None of a new one."""
        version = self._version(model, origin)
        return None if version is None else _known(version, origin)

    def take_in(self, incoming: Incoming) -> Imported:
        """Store, read back and register a version; one that is here already is only compared.

        Raises:
            CorruptTransferError: what was stored is not what lies at its source.
            InvalidValueError: it was imported before and has other files since.
        """
        version = self._version(incoming.model, incoming.origin)
        if version is None:
            return self._add(incoming)
        known = _known(version, incoming.origin)
        if known.outcome is Outcome.UNCHANGED:
            stored = self._stores[version.store].open(version.digest)
            if _hashes(stored) != dict(incoming.sha256):
                raise InvalidValueError(
                    "Version",
                    _named(incoming.origin),
                    f"its files changed since it was imported as {version.ref}, and no version is "
                    "ever overwritten; give it another name there",
                )
        return known

    def _version(self, model: str, origin: Mapping[str, str]) -> Version | None:
        try:
            return self._registry.versions.of_origin(model, origin)
        except ModelNotFoundError:
            return None

    def _add(self, incoming: Incoming) -> Imported:
        def save(marks: Marks) -> Version:
            stored = self._stores[self._store_name(incoming.model)].put_files(incoming.files)
            _compare(stored, incoming)
            new = NewVersion(
                model=incoming.model,
                stored=marks.stored(stored),
                description=incoming.description,
                tags=incoming.tags,
                parameters=incoming.parameters,
                metrics=incoming.metrics,
                signature={"files": sorted(incoming.files)},
                origin=incoming.origin,
            )
            self._registry.models.ensure(incoming.model, actor=self._actor)
            # Nothing tells what changed, so that numbers only count on.
            register = self._registry.versions.register
            return register(new, change=ChangeClass.PATCH, actor=self._actor)

        version = recorded(self._registry, self._stores, save)
        origin = incoming.origin
        return Imported(origin["name"], origin["version"], version.ref, Outcome.IMPORTED)


def files_at(path: Path) -> dict[str, Path]:
    """Return a file, or every file below a folder, by member name; hidden ones are left out.

    Raises:
        InvalidValueError: there is no file, or one is a link that leads out of the folder.
    """
    if path.is_file():
        return {path.name: path}
    found = {
        item.relative_to(path).as_posix(): item
        for item in sorted(path.rglob("*"))
        if item.is_file()
    }
    shown = {
        name: item
        for name, item in found.items()
        if not any(part.startswith(".") for part in name.split("/"))
    }
    for item in shown.values():
        if not item.resolve().is_relative_to(path.resolve()):
            raise InvalidValueError("File", str(item), "expected a file, not a link out of here")
    if not shown:
        raise InvalidValueError("Version", str(path), "expected a file or a folder with files")
    return shown


def hashed(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the sha256 of each file."""
    digests = {}
    for name, path in files.items():
        with path.open("rb") as file:
            digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _compare(stored: StoredArtifact, incoming: Incoming) -> None:
    """Read back what was stored, and hold it against its source."""
    stored.verify()
    for name, sha256 in _hashes(stored).items():
        if sha256 != incoming.sha256[name]:
            problem = f"its sha256 is {sha256} here and {incoming.sha256[name]} there"
            raise CorruptTransferError(name, _named(incoming.origin), problem)


def _hashes(stored: StoredArtifact) -> dict[str, str | None]:
    return {entry.name: entry.sha256 for entry in stored.entries}


def _known(version: Version, origin: Mapping[str, str]) -> Imported:
    outcome = Outcome.UNCHANGED if version.deleted_at is None else Outcome.DELETED
    return Imported(origin["name"], origin["version"], version.ref, outcome)


def _named(origin: Mapping[str, str]) -> str:
    return f"{origin['name']} {origin['version']}"
