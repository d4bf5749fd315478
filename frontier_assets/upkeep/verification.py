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

# What stops one artifact from being used, and says nothing about the others.
UNUSABLE = (IntegrityError, ArtifactNotFoundError, UnsupportedFormatError)


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
        if problem := problem_of(stores[store], digest):
            damaged += damage_of(registry, store, digest, problem)
        done += size_bytes
        tell(done, total)
    return Verification(len(referring), total, tuple(damaged))


def problem_of(store: ArtifactStore, digest: Digest) -> str:
    """Return what is wrong with an artifact after reading all of it; empty when nothing is."""
    try:
        store.verify(digest)
    except UNUSABLE as error:
        return described(error)
    return ""


def described(error: Exception) -> str:
    """Return the fault that one of `UNUSABLE` tells of."""
    return f"{error.problem} ({error.where})" if isinstance(error, IntegrityError) else str(error)


def damage_of(registry: Registry, store: str, digest: Digest, problem: str) -> list[Damage]:
    """Return the damage and whose it is; none where it was deleted and collected meanwhile."""
    found: list[Reference] = registry.collection.references(store)
    owners = tuple(reference.owner for reference in found if reference.digest == digest)
    return [Damage(store, digest, owners, problem)] if owners else []
