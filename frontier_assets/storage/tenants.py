"""Which registries keep artifacts in a store: each leaves a note of itself there.

A registry knows its own artifacts alone, so that those of another look like garbage to it.
"""

import contextlib
import dataclasses
import json
import platform
from datetime import UTC, datetime
from typing import Any

from frontier_assets.errors import BlobExistsError, BlobNotFoundError
from frontier_assets.storage.blob import BlobStore

_FOLDER = "registries/"
_FORMAT_VERSION = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Tenant:
    """A registry that keeps artifacts in a store, as its note there tells.

    ``described`` says where it is, on which machine, and since when it is a tenant.
    """

    identity: str
    described: str


class Tenants:
    """The notes in one store. Thread-safe."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._known: set[str] = set()

    def knows(self, registry: str) -> bool:
        """Return whether the note of the registry at this URL was left, or found, here before."""
        return registry in self._known

    def announce(self, identity: str, registry: str) -> None:
        """Leave the note of the registry at the URL ``registry``, without a password, if none is.

        ``identity`` is lower-case hexadecimal, and no other registry has it.
        """
        name = f"{_FOLDER}{identity}"
        try:
            self._blobs.size(name)
        except BlobNotFoundError:
            self._write(name, _note(registry))
        self._known.add(registry)

    def all(self) -> dict[str, Tenant]:
        """Return every tenant by its identity."""
        names = sorted(info.name for info in self._blobs.list(_FOLDER))
        found = (Tenant(name.removeprefix(_FOLDER), self._read(name)) for name in names)
        return {tenant.identity: tenant for tenant in found}

    def others(self, identity: str | None) -> dict[str, Tenant]:
        """Return every tenant but the registry of this ``identity``; all where it has none yet."""
        return {name: tenant for name, tenant in self.all().items() if name != identity}

    def forget(self, identity: str) -> None:
        """Delete a registry's note; a missing one is no error."""
        self._blobs.delete(f"{_FOLDER}{identity}")

    def _write(self, name: str, note: bytes) -> None:
        # Another process of the same registry may be faster.
        with (
            contextlib.suppress(BlobExistsError),
            self._blobs.create(name, size_hint=len(note)) as writer,
        ):
            writer.write(note)
            writer.commit()

    def _read(self, name: str) -> str:
        try:
            note: Any = json.loads(bytes(self._blobs.read(name)))
            return f"{note['registry']} on {note['machine']}, since {note['since']}"
        except (ValueError, KeyError, TypeError):
            return "a registry whose note cannot be read"  # it is one all the same


def _note(registry: str) -> bytes:
    facts = {
        "format_version": _FORMAT_VERSION,
        "registry": registry,
        "machine": platform.node(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(facts, indent=2).encode()
