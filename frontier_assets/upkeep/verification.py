"""Verifying stores: every byte of every recorded artifact, and whose it is when it is damaged."""

import dataclasses

from frontier_assets.errors import (
    ArtifactNotFoundError,
    IntegrityError,
    UnsupportedFormatError,
)
from frontier_assets.registry.database import Registry
from frontier_assets.registry.references import Reference
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Digest
from frontier_assets.upkeep.progress import Progress


@dataclasses.dataclass(frozen=True, slots=True)
class Damage:
    """An artifact that is not what was saved, what refers to it, and the first fault found."""

    store: str
    digest: Digest
    owners: tuple[str, ...]
    problem: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """How much was read, and what of it was damaged or missing."""

    artifacts: int
    size_bytes: int
    damaged: tuple[Damage, ...]

    @property
    def passed(self) -> bool:
        """Whether every recorded artifact is intact."""
        return not self.damaged


def verify_stores(registry: Registry, stores: ArtifactStores, tell: Progress) -> Verification:
    """Read every recorded artifact once in each store that has it."""
    referring = {
        (store, reference.digest): reference.size_bytes
        for store in sorted(registry.collection.stores())
        for reference in registry.collection.references(store)
    }
    total, done = sum(referring.values()), 0
    damaged = []
    for (store, digest), size_bytes in referring.items():
        problem = _problem(stores[store], digest)
        # What was deleted and collected in the meantime is not damaged.
        if problem and (owners := _owners(registry, store, digest)):
            damaged.append(Damage(store, digest, owners, problem))
        done += size_bytes
        tell(done, total)
    return Verification(len(referring), total, tuple(damaged))


def _problem(store: ArtifactStore, digest: Digest) -> str:
    try:
        store.verify(digest)
    except IntegrityError as error:
        return f"{error.problem} ({error.where})"
    except (ArtifactNotFoundError, UnsupportedFormatError) as error:
        return str(error)
    return ""


def _owners(registry: Registry, store: str, digest: Digest) -> tuple[str, ...]:
    found: list[Reference] = registry.collection.references(store)
    return tuple(reference.owner for reference in found if reference.digest == digest)
