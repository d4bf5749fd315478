"""Copies of a version in a second store."""

import dataclasses

from frontier_assets.registry.database import Registry
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Digest, Version
from frontier_assets.upkeep.saving import Marks, recorded


@dataclasses.dataclass(frozen=True, slots=True)
class Copied:
    """A copy of one artifact of a version; ``name`` is empty for the version itself.

    ``stored_bytes`` were newly written, 0 when it was there already.
    """

    name: str
    digest: Digest
    source: str
    store: str
    size_bytes: int
    stored_bytes: int


def copy_version(
    registry: Registry, stores: ArtifactStores, version: Version, *, to: str, actor: str
) -> list[Copied]:
    """Copy a version with its verified conversions and attachments; record all or nothing."""
    model, number, target = version.model, version.number, stores[to]
    parts = [part for part in registry.copies.parts(model, number) if part.store != to]

    def copy(marks: Marks) -> list[StoredArtifact]:
        copies = [target.copy_from(stores[part.store].open(part.digest)) for part in parts]
        stored = [marks.stored(item) for item in copies]
        registry.copies.add_version(model, number, stored, actor=actor)
        return copies

    return [
        Copied(part.name, part.digest, part.store, to, item.size_bytes, item.stored_bytes)
        for part, item in zip(parts, recorded(registry, stores, copy), strict=True)
    ]
