"""Saves that end in the registry: done again from the start when a collection came between."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from frontier_assets.errors import (
    ArtifactNotFoundError,
    BlobsCollectedError,
    IntegrityError,
    UnreadableManifestError,
)
from frontier_assets.registry.claims import Stored
from frontier_assets.registry.database import Registry
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Digest
from frontier_assets.upkeep.tenancy import announced

# A second one is rare: collections leave alone what is younger than their grace period.
_ATTEMPTS = 5
_Result = TypeVar("_Result")


class Marks:
    """How far the deletions in each store had come before a save began to look at it."""

    def __init__(
        self, marks: Mapping[str, int], announce: Callable[[str], object] = lambda _store: None
    ) -> None:
        """Keep the ``marks``; ``announce`` hears of each store before something is recorded."""
        self._marks = marks
        self._announce = announce

    def announcing(self, announce: Callable[[str], object]) -> "Marks":
        """Return these marks for a save that tells each store whose artifacts it holds."""
        return Marks(self._marks, announce)

    def of(self, store: str) -> int:
        """Return the mark of a store."""
        return self._marks.get(store, 0)

    def stored(self, artifact: StoredArtifact) -> Stored:
        """Return what is recorded of an artifact that was saved since."""
        self._announce(artifact.store)
        return Stored(
            digest=Digest(artifact.digest),
            store=artifact.store,
            size_bytes=artifact.size_bytes,
            stored_bytes=artifact.stored_bytes,
            blobs=artifact.blobs,
            mark=self.of(artifact.store),
        )


def recorded(
    registry: Registry, stores: ArtifactStores, save: Callable[[Marks], _Result]
) -> _Result:
    """Return what ``save`` returns: it stores something and records it with the marks it is given.

    Raises:
        BlobsCollectedError: collections deleted what it stood on, however often it was repeated.
    """

    def finish(store: str) -> None:
        # The collection may have died before the bytes went, and they would be met again.
        registry.collection.finish(store, stores[store].blobs.delete)

    unidentified: set[str] = set()

    def announce(store: str) -> None:
        if not announced(registry, stores[store]):
            unidentified.add(store)

    done = repeated(registry, lambda marks: save(marks.announcing(announce)), between=finish)
    for store in unidentified:  # by what has been recorded in the registry, the first of all
        announced(registry, stores[store])
    return done


def repeated(
    registry: Registry,
    action: Callable[[Marks], _Result],
    *,
    between: Callable[[str], None] = lambda _store: None,
) -> _Result:
    """Return what ``action`` returns, called again when something was deleted that it looked at.

    ``between`` is called with the name of a store whose blobs ``action`` was refused for.
    """
    for _ in range(_ATTEMPTS - 1):
        marks = registry.collection.marks()
        try:
            return action(Marks(marks))
        except BlobsCollectedError as error:
            between(error.store)
        except (ArtifactNotFoundError, IntegrityError, UnreadableManifestError):
            # Bytes that were collected while they were read look like lost ones.
            if not registry.collection.advanced(marks):
                raise
    return action(Marks(registry.collection.marks()))
