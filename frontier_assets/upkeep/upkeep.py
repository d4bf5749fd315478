"""What keeps the stores in order, as people and jobs call it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from frontier_assets.registry.database import Registry
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.upkeep.collection import DEFAULT_GRACE, CollectedStore, GarbageCollector
from frontier_assets.upkeep.progress import Progress
from frontier_assets.upkeep.rewriting import Repacked, repack
from frontier_assets.upkeep.saving import repeated
from frontier_assets.upkeep.usage import Usage, measure
from frontier_assets.upkeep.verification import Verification, verify_stores


class Upkeep:
    """Operations on all named stores. Safe beside saves, readers and each other."""

    def __init__(self, registry: Registry, stores: ArtifactStores) -> None:
        self._registry = registry
        self._stores = stores

    def verify(self, *, tell: Progress = lambda _done, _total: None) -> Verification:
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
            SettingsError: it cannot be told which of the stores something is recorded in.
            UnreadableManifestError: a recorded artifact cannot be accounted for; in its store and
                in those after it nothing was done.
            BlobsCollectedError: other collections came between each time; what they did is done.
        """
        collector = GarbageCollector(self._registry, self._stores)
        return collector.collect(dry_run=dry_run, grace=grace, now=now or datetime.now(UTC))

    def repack(
        self, model: str, *, tell: Progress = lambda _done, _total: None
    ) -> Sequence[Repacked]:
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
