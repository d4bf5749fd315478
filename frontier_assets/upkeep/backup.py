"""Everything that is recorded, copied to a backup store, and put back from there."""

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from frontier_assets.errors import ArtifactTooLargeError
from frontier_assets.registry.claims import Stored
from frontier_assets.registry.database import Registry
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Digest
from frontier_assets.upkeep.progress import Progress
from frontier_assets.upkeep.saving import Marks, recorded
from frontier_assets.upkeep.verification import (
    UNUSABLE,
    Damage,
    damage_of,
    described,
    problem_of,
)


@dataclasses.dataclass(frozen=True, slots=True)
class StoreTransfer:
    """How many artifacts are recorded in a store, and how many of them were copied now.

    ``stored_bytes`` were newly written for these.
    """

    store: str
    artifacts: int
    copied: int
    stored_bytes: int


@dataclasses.dataclass(frozen=True, slots=True)
class Transfer:
    """What a backup or a restoration did, by store, and which artifacts it could not copy."""

    stores: tuple[StoreTransfer, ...]
    failed: tuple[Damage, ...]

    @property
    def passed(self) -> bool:
        """Whether every artifact is where it should be."""
        return not self.failed


def backup(registry: Registry, stores: ArtifactStores, *, to: str, actor: str) -> "Transfers":
    """Return the transfers of whatever is recorded in other stores to the store ``to``."""
    target = stores[to]
    kept = {item.digest for item in registry.collection.references(to)}

    def route(source: ArtifactStore) -> _Route:
        return _IntoBackup(source, target, registry, kept, actor)

    return Transfers(registry, stores, besides=to, route=route)


def restoration(registry: Registry, stores: ArtifactStores, *, source: str) -> "Transfers":
    """Return the transfers from the store ``source`` of what other stores lack or hold damaged."""
    kept = stores[source]

    def route(target: ArtifactStore) -> _Route:
        return _OutOfBackup(kept, target, registry)

    return Transfers(registry, stores, besides=source, route=route)


class _Route(Protocol):
    """From where to where the artifacts of a store go."""

    source: ArtifactStore
    target: ArtifactStore

    def is_there(self, digest: Digest) -> bool:
        """Return whether ``target`` has it already."""

    def record(self, stored: Stored) -> None:
        """Record what ``target`` has now."""


class _IntoBackup(_Route):
    def __init__(
        self,
        source: ArtifactStore,
        target: ArtifactStore,
        registry: Registry,
        kept: set[Digest],
        actor: str,
    ) -> None:
        self.source, self.target = source, target
        self._registry, self._kept, self._actor = registry, kept, actor

    @override
    def is_there(self, digest: Digest) -> bool:
        # Reading all of a backup each night is what verification is for.
        return digest in self._kept and self.target.holds(digest)

    @override
    def record(self, stored: Stored) -> None:
        self._registry.copies.add(stored, actor=self._actor)
        self._kept.add(stored.digest)


class _OutOfBackup(_Route):
    def __init__(self, source: ArtifactStore, target: ArtifactStore, registry: Registry) -> None:
        self.source, self.target, self._registry = source, target, registry

    @override
    def is_there(self, digest: Digest) -> bool:
        return not problem_of(self.target, digest)

    @override
    def record(self, stored: Stored) -> None:
        self._registry.copies.hold(stored)


class Transfers:
    """Artifacts on their way, one after the other. What was interrupted continues when repeated."""

    def __init__(
        self,
        registry: Registry,
        stores: ArtifactStores,
        *,
        besides: str,
        route: Callable[[ArtifactStore], _Route],
    ) -> None:
        self._registry, self._stores = registry, stores
        names = sorted(registry.collection.stores() - {besides})
        self._routes = {name: route(stores[name]) for name in names}
        self._sharing = {name: _Sharing() for name in names}
        self._copied: Counter[str] = Counter()
        self._stored_bytes: Counter[str] = Counter()

    def run(self, tell: Progress) -> Transfer:
        """Copy what has to be copied; ``tell`` hears how far that has come."""
        sizes = {
            (store, item.digest): item.size_bytes
            for store in self._routes
            for item in self._registry.collection.references(store)
        }
        failed: list[Damage] = []
        done, total = 0, sum(sizes.values())
        for (store, digest), size_bytes in sizes.items():
            try:
                self._transfer(store, digest)
            except (*UNUSABLE, ArtifactTooLargeError) as error:
                failed += damage_of(self._registry, store, digest, described(error))
            done += size_bytes
            tell(done, total)
        artifacts = Counter(store for store, _ in sizes)
        return Transfer(
            tuple(
                StoreTransfer(name, artifacts[name], self._copied[name], self._stored_bytes[name])
                for name in self._routes
            ),
            tuple(failed),
        )

    def _transfer(self, store: str, digest: Digest) -> None:
        route, sharing = self._routes[store], self._sharing[store]
        if route.is_there(digest):
            with contextlib.suppress(*UNUSABLE):  # then nothing is known to be shared with it
                sharing.add(route.source.open(digest))
            return

        def copy(marks: Marks) -> StoredArtifact:
            original = route.source.open(digest)
            copied = route.target.copy_from(original, parents=sharing.parents(original))
            route.record(marks.stored(copied))
            sharing.add(original)
            return copied

        copied = recorded(self._registry, self._stores, copy)
        self._copied[store] += 1
        self._stored_bytes[store] += copied.stored_bytes


class _Sharing:
    """Which artifact came first of those that have bytes in a blob: others share them with it."""

    def __init__(self) -> None:
        self._first: dict[str, Digest] = {}

    def add(self, artifact: StoredArtifact) -> None:
        """Remember an artifact, as it lies in the store that it is copied from."""
        for name in artifact.blobs:
            self._first.setdefault(name, artifact.digest)

    def parents(self, artifact: StoredArtifact) -> list[Digest]:
        """Return the artifacts that may have something in common with this one."""
        return list({self._first[name]: None for name in artifact.blobs if name in self._first})
