"""Collecting garbage: what nothing refers to is condemned, and deleted a grace period later."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from frontier_assets.errors import InvalidValueError, SettingsError
from frontier_assets.registry.collection import HeldStore
from frontier_assets.registry.database import Registry
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.collect import Occupancy, Plan, planned, saved_blobs
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.upkeep.rewriting import move_away
from frontier_assets.upkeep.saving import Marks, repeated
from frontier_assets.upkeep.tenancy import refuse_others

# Longer than any save takes before it is recorded, and than anybody reads what was deleted.
DEFAULT_GRACE = timedelta(hours=24)


@dataclasses.dataclass(frozen=True, slots=True)
class CollectedStore:
    """What a collection found and did in one store.

    Live is what recorded artifacts need, condemned what waits for its deletion from now on,
    abandoned what writers left that were killed; it is deleted as well. Thinned packs are those of
    which less than half was in use: that moved, and the rest is garbage for the next collection.
    """

    store: str
    live_blobs: int
    live_bytes: int
    condemned_blobs: int
    condemned_bytes: int
    deleted_blobs: int
    deleted_bytes: int
    abandoned_bytes: int
    thinned_packs: int
    moved_bytes: int


class GarbageCollector:
    """Collects what the registry does not refer to. Safe beside saves and other collections."""

    def __init__(self, registry: Registry, stores: ArtifactStores) -> None:
        self._registry = registry
        self._stores = stores

    def collect(self, *, dry_run: bool, grace: timedelta, now: datetime) -> list[CollectedStore]:
        """Collect each named store, one after the other.

        Raises:
            SettingsError: it cannot be told which of the stores something is recorded in, or this
                registry never recorded anything in one that holds something.
            SharedStoreError: a store holds artifacts of another registry, too.
            UnreadableManifestError: a recorded artifact cannot be accounted for; in its store and
                in those after it nothing was done.
        """
        if grace < timedelta(0):
            raise InvalidValueError("Grace period", str(grace), "expected zero or more")
        self._refuse_ambiguous_stores()
        collect = partial(self._collect, dry_run=dry_run, grace=grace, now=now)
        return [
            repeated(self._registry, partial(collect, store)) for store in self._stores.values()
        ]

    def _collect(
        self, store: ArtifactStore, marks: Marks, *, dry_run: bool, grace: timedelta, now: datetime
    ) -> CollectedStore:
        collection = self._registry.collection
        # Listed first: what is written later is not looked at, whoever it belongs to.
        saved = saved_blobs(store.blobs)
        old = [info for info in saved.values() if info.modified_at <= now - grace]
        refuse_others(self._registry, store, old, dry_run=dry_run)
        reachable, live = collection.reachable(store.name), Occupancy()
        live.add(store, reachable)
        with collection.exclusive(store.name, mark=marks.of(store.name)) as held:
            more = held.reachable() - reachable
            live.add(store, more)
            waiting = held.condemned()
            plan = planned(saved, live.blobs, waiting, now=now, grace=grace)
            if not dry_run:
                _carry_out(held, plan, now)
        if not dry_run:
            collection.finish(store.name, store.blobs.delete)
        thin = live.thin_packs(saved, now - grace)
        if thin and not dry_run:
            move_away(self._registry, store, reachable | more, thin.keys())
        # Nothing tells a writer that its file is gone, so a short grace period is none for it.
        before = now - max(grace, DEFAULT_GRACE)
        abandoned_bytes = store.blobs.sweep(before, dry_run=dry_run)
        return _report(
            store.name,
            saved=saved,
            live=live.blobs,
            waiting=waiting,
            plan=plan,
            abandoned_bytes=abandoned_bytes,
            thin=thin,
        )

    def _refuse_ambiguous_stores(self) -> None:
        """Refuse settings under which something recorded would look like garbage."""
        for name in sorted(self._registry.collection.stores() - set(self._stores)):
            raise SettingsError(
                "FRONTIER_STORES",
                f"does not name the store '{name}', in which artifacts are recorded, so that they "
                "would be garbage if it has another name now",
                "name it again",
            )
        urls: dict[str, str] = {}
        for name, store in self._stores.items():
            other = urls.setdefault(store.blobs.url, name)
            if other != name:
                raise SettingsError(
                    "FRONTIER_STORES",
                    f"names {store.blobs.url} as '{other}' and as '{name}', so that what is "
                    "recorded under one name is garbage under the other",
                    "keep one name",
                )


def _carry_out(held: HeldStore, plan: Plan, now: datetime) -> None:
    held.release(plan.released)
    held.condemn({info.name: info.size_bytes for info in plan.condemned}, at=now)
    held.doom([info.name for info in plan.doomed])


def _report(
    store: str,
    *,
    saved: Mapping[str, BlobInfo],
    live: set[str],
    waiting: Iterable[str],
    plan: Plan,
    abandoned_bytes: int,
    thin: Mapping[str, int],
) -> CollectedStore:
    doomed = {info.name for info in plan.doomed}
    condemned = {*waiting, *(info.name for info in plan.condemned)} - {*plan.released} - doomed

    def size_bytes(names: set[str]) -> int:
        return sum(saved[name].size_bytes for name in names)

    return CollectedStore(
        store=store,
        live_blobs=len(live & saved.keys()),
        live_bytes=size_bytes(live & saved.keys()),
        condemned_blobs=len(condemned & saved.keys()),
        condemned_bytes=size_bytes(condemned & saved.keys()),
        deleted_blobs=len(doomed),
        deleted_bytes=size_bytes(doomed),
        abandoned_bytes=abandoned_bytes,
        thinned_packs=len(thin),
        moved_bytes=sum(thin.values()),
    )
