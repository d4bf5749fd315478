"""Laying recorded artifacts out again, in order with saves and collections."""

import contextlib
import dataclasses
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from frontier_assets.errors import (
    ArtifactNotFoundError,
    BlobChangedError,
    BlobsCollectedError,
    IntegrityError,
)
from frontier_assets.registry.claims import Stored
from frontier_assets.registry.database import Registry
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.manifest import Manifest, to_bytes
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.stored import manifest_name
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Checkpoint, Digest
from frontier_assets.upkeep.progress import Progress

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Repacked:
    """What repacking a model's checkpoints in one store did.

    ``written_bytes`` are in new packs. What they took the place of is deleted when it is collected.
    """

    store: str
    checkpoints: int
    written_bytes: int


def move_away(
    registry: Registry, store: ArtifactStore, digests: Iterable[Digest], packs: Collection[str]
) -> None:
    """Copy what these artifacts have in ``packs`` elsewhere, so that nothing needs the packs."""
    rewriter = _rewriter(registry, store)
    for digest in digests:
        try:
            with _unless_changed():
                if set(packs) & set(store.open(digest).blobs):
                    rewriter.move(digest, away_from=packs)
        except IntegrityError as error:
            # Its owner hears of it when it is read or verified; the others need not wait for that.
            _log.warning("Not moved: %s", error)


def repack(
    registry: Registry, stores: ArtifactStores, model: str, tell: Progress
) -> list[Repacked]:
    """Store the checkpoints of each run as differences to the one before, where that is smaller.

    What a version shares with a checkpoint stays as it is: it is loaded more often.
    """
    checkpoints = registry.checkpoints.list(model)
    total, done = sum(item.size_bytes for item in checkpoints), 0
    found = []
    for name in dict.fromkeys(item.store for item in checkpoints):
        here = [item for item in checkpoints if item.store == name]
        repacking = _Repacking(registry, stores[name], here)
        for run in dict.fromkeys(item.run for item in here):
            for checkpoint in repacking.of_run(run):
                done += checkpoint.size_bytes
                tell(done, total)
        found.append(Repacked(name, len(here), repacking.written_bytes))
    return found


class _Repacking:
    """The checkpoints of one model in one store, which share what they become."""

    def __init__(
        self, registry: Registry, store: ArtifactStore, checkpoints: Sequence[Checkpoint]
    ) -> None:
        self.written_bytes = 0
        self._checkpoints = checkpoints
        self._rewriter = _rewriter(registry, store)
        own = [item.id for item in checkpoints]
        others = registry.collection.reachable(store.name, without=own)
        self._keep = frozenset(at for digest in others for at in store.open(digest).locations)

    def of_run(self, run: str) -> Iterator[Checkpoint]:
        """Repack the checkpoints of a run, and yield each when it is done."""
        base: Digest | None = None
        for checkpoint in sorted(self._checkpoints, key=lambda item: item.step):
            if checkpoint.run != run:
                continue
            with _unless_changed():
                done = self._rewriter.repack(checkpoint.digest, base=base, keep=self._keep)
                self.written_bytes += done.written_bytes
                base = checkpoint.digest
            yield checkpoint


def _rewriter(registry: Registry, store: ArtifactStore) -> Rewriter:
    mark = registry.collection.marks().get(store.name, 0)

    def swap(digest: Digest, manifest: Manifest, replace: Callable[[], None]) -> None:
        stored = Stored(
            digest=digest,
            store=store.name,
            size_bytes=0,
            stored_bytes=0,
            blobs=tuple(manifest.packs),
            mark=mark,
        )
        name, size_bytes = manifest_name(digest), len(to_bytes(manifest))
        registry.collection.replace_manifest(stored, name, size_bytes, replace)

    return Rewriter(store.blobs, swap)


@contextlib.contextmanager
def _unless_changed() -> Iterator[None]:
    """Leave an artifact as it is when somebody deleted or rewrote it meanwhile."""
    with contextlib.suppress(ArtifactNotFoundError, BlobChangedError, BlobsCollectedError):
        yield
