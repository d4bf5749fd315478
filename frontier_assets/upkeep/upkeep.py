"""What keeps the stores in order, as people and jobs call it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from frontier_assets.registry.database import Registry
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.storage.tenants import Tenant
from frontier_assets.types import Ref
from frontier_assets.upkeep.backup import Transfer, backup, restoration
from frontier_assets.upkeep.collection import DEFAULT_GRACE, CollectedStore, GarbageCollector
from frontier_assets.upkeep.copying import Copied, copy_version
from frontier_assets.upkeep.keys import RotatedStore, rotate_keys
from frontier_assets.upkeep.progress import Progress
from frontier_assets.upkeep.rewriting import Repacked, repack
from frontier_assets.upkeep.saving import repeated
from frontier_assets.upkeep.tenancy import forget
from frontier_assets.upkeep.usage import Usage, measure
from frontier_assets.upkeep.verification import Verification, verify_stores


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


class Upkeep:
    """Operations on all named stores. Safe beside saves, readers and each other."""

    def __init__(self, registry: Registry, stores: ArtifactStores, *, actor: str) -> None:
        self._registry = registry
        self._stores = stores
        self._actor = actor

    def copy(self, ref: str | Ref, *, to: str) -> Sequence[Copied]:
        """Copy a version, its verified conversions and its attachments to the store ``to``.

        No digest changes, and every byte is read again where it arrived. What is there whole is
        not copied again, so that an interrupted copy continues when it is repeated.

        Raises:
            NotFoundError: there is no such version.
            SettingsError: there is no such store.
            IntegrityError: what would be copied is not what was saved; nothing was recorded.
        """
        version = self._registry.versions.get(ref)
        return copy_version(self._registry, self._stores, version, to=to, actor=self._actor)

    def backup(self, *, to: str, tell: Progress = _silent) -> Transfer:
        """Copy everything that is recorded in other stores to the store ``to``.

        What is there already is not read again; `verify` reads it. Interrupted, it continues when
        it is repeated. What is damaged is named, and does not keep the rest from being copied.
        ``tell`` hears how far it has come. The registry's database is no part of it.

        Raises:
            SettingsError: there is no such store.
            StoreUnavailableError: a store cannot be reached.
        """
        return backup(self._registry, self._stores, to=to, actor=self._actor).run(tell)

    def restore(self, *, source: str, tell: Progress = _silent) -> Transfer:
        """Put back from the store ``source`` what other stores lack or hold damaged.

        Every byte of them is read to find that. A copy is proved before it takes the place of
        anything, and once more where it arrived; what cannot be put back is named. ``tell`` hears
        how far it has come.

        Raises:
            SettingsError: there is no such store.
            StoreUnavailableError: a store cannot be reached.
        """
        return restoration(self._registry, self._stores, source=source).run(tell)

    def verify(self, *, tell: Progress = _silent) -> Verification:
        """Read every byte of every recorded artifact; ``tell`` hears how far that has come.

        Raises:
            SettingsError: artifacts are recorded in a store that is not named any more.
            StoreUnavailableError: a store cannot be read, which says nothing of its artifacts.
        """
        return verify_stores(self._registry, self._stores, tell)

    def collect(
        self,
        *,
        dry_run: bool = False,
        grace: timedelta = DEFAULT_GRACE,
        now: datetime | None = None,
    ) -> Sequence[CollectedStore]:
        """Condemn blobs that nothing refers to, and delete those condemned for ``grace``.

        A blob younger than ``grace`` is not condemned: its save may not be recorded yet. A save
        that takes longer is not lost, it is done again. With a ``grace`` of zero everything goes at
        once, also from under somebody who is reading it. ``now`` is the time to go by. ``dry_run``
        changes nothing and returns what would be done.

        Raises:
            SettingsError: it cannot be told which of the stores something is recorded in, or this
                registry never recorded anything in one that holds something.
            SharedStoreError: a store holds artifacts of another registry, too.
            UnreadableManifestError: a recorded artifact cannot be accounted for; in its store and
                in those after it nothing was done.
            BlobsCollectedError: other collections came between each time; what they did is done.
        """
        collector = GarbageCollector(self._registry, self._stores)
        return collector.collect(dry_run=dry_run, grace=grace, now=now or datetime.now(UTC))

    def forget(self, store: str, registry: str) -> Tenant:
        """Take another ``registry``, named by its identity, for gone: `collect` works again then.

        What it alone recorded in the ``store`` is garbage from then on.

        Raises:
            SettingsError: there is no such store.
            InvalidValueError: no other registry has this identity there.
        """
        return forget(self._registry, self._stores[store], registry)

    def repack(self, model: str, *, tell: Progress = _silent) -> Sequence[Repacked]:
        """Store a model's checkpoints compressed, as differences to the one before in their run.

        They load as before, and more slowly: up to eight are read for one. The space is free after
        the next collections. ``tell`` hears how many bytes of how many are looked at.

        Raises:
            ModelNotFoundError: there is no such model.
            IntegrityError: a checkpoint is damaged; those before it are repacked.
        """
        return repack(self._registry, self._stores, model, tell)

    def usage(self) -> Usage:
        """Return how much the stores hold, and each model in them.

        Raises:
            UnreadableManifestError: a recorded artifact cannot be accounted for.
        """
        return repeated(self._registry, lambda _marks: measure(self._registry, self._stores))

    def rotate_key(self) -> Sequence[RotatedStore]:
        """Make the first key of the key file the only one that opens the stores.

        No stored content is written again, so that no digest changes.

        Raises:
            SettingsError: no key file is set.
            EncryptionKeyError: no key of the file opens a store; none was changed.
        """
        return rotate_keys(self._stores)
