"""The registry's side of garbage collection: what is condemned, doomed and deleted, and when."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import BlobsCollectedError
from frontier_assets.registry.claims import Stored, claim, deleted_since, lock
from frontier_assets.registry.connection import Database
from frontier_assets.registry.references import Reference, reachable, references, stores_in_use
from frontier_assets.registry.tables import condemned, deletions, stores
from frontier_assets.types import Digest

# A lock is held while these are deleted, so they are few: one second over a network.
_DELETED_AT_ONCE = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Condemned:
    """A blob that nothing refers to; of a doomed one the bytes may be gone."""

    blob: str
    size_bytes: int
    condemned_at: datetime
    doomed: bool


class HeldStore:
    """A store whose exclusive lock is held: nothing is recorded in it meanwhile."""

    def __init__(self, connection: sa.Connection, store: str) -> None:
        self._connection = connection
        self._store = store

    def reachable(self) -> set[Digest]:
        """Return what is recorded in the store now."""
        return reachable(self._connection, self._store)

    def condemned(self) -> dict[str, Condemned]:
        """Return the condemned blobs by name."""
        rows = self._connection.execute(
            sa.select(condemned).where(condemned.c.store == self._store).order_by(condemned.c.blob)
        )
        return {row.blob: _condemned(row) for row in rows}

    def release(self, blobs: Sequence[str]) -> None:
        """Let condemned blobs live."""
        for blob in blobs:
            self._connection.execute(sa.delete(condemned).where(self._is(blob)))

    def condemn(self, blobs: Mapping[str, int], *, at: datetime) -> None:
        """Condemn blobs, given by name with their size in bytes."""
        rows = [{"blob": blob, "size_bytes": size} for blob, size in blobs.items()]
        same = {"store": self._store, "condemned_at": at, "doomed": False}
        if rows:
            self._connection.execute(sa.insert(condemned), [row | same for row in rows])

    def doom(self, blobs: Sequence[str]) -> None:
        """Mark condemned blobs as those whose bytes go now; nothing brings them back."""
        for blob in blobs:
            self._connection.execute(sa.update(condemned).where(self._is(blob)).values(doomed=True))

    def _is(self, blob: str) -> sa.ColumnElement[bool]:
        return sa.and_(condemned.c.store == self._store, condemned.c.blob == blob)


class Collection:
    """What is reachable, condemned and deleted in each store."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def marks(self) -> dict[str, int]:
        """Return how far the deletions of each store have come; 0 where none is named."""
        with self._database.read() as connection:
            return _marks(connection)

    def advanced(self, marks: Mapping[str, int]) -> bool:
        """Return whether something was deleted since; waits for a deletion that is under way."""
        with self._database.write() as connection:
            for store in connection.scalars(sa.select(stores.c.name).order_by("name")).all():
                lock(connection, store, shared=True)
            return _marks(connection) != marks

    def stores(self) -> set[str]:
        """Return the names of the stores in which something is recorded."""
        with self._database.read() as connection:
            return stores_in_use(connection)

    def references(self, store: str) -> list[Reference]:
        """Return everything that refers to an artifact in ``store``."""
        with self._database.read() as connection:
            return references(connection, store)

    def reachable(self, store: str, *, without: Iterable[int] = ()) -> set[Digest]:
        """Return the artifacts in ``store`` that something else than these checkpoints refers to.

        ``without`` has the ids of checkpoints.
        """
        with self._database.read() as connection:
            return reachable(connection, store, set(without))

    def condemned(self, store: str) -> dict[str, Condemned]:
        """Return the condemned blobs of ``store`` by name."""
        with self._database.read() as connection:
            return HeldStore(connection, store).condemned()

    @contextlib.contextmanager
    def exclusive(self, store: str, *, mark: int) -> Iterator[HeldStore]:
        """Hold the store's lock; what is changed meanwhile is committed together at the end.

        Raises:
            BlobsCollectedError: something was deleted since ``mark``, so what the caller saw of the
                store before may be gone, or be there anew.
        """
        with self._database.write() as connection:
            lock(connection, store, shared=False)
            blob = connection.scalar(deleted_since(store, mark).limit(1))
            if blob is not None:
                raise BlobsCollectedError(store, blob)
            yield HeldStore(connection, store)

    def replace_manifest(
        self, stored: Stored, manifest: str, size_bytes: int, replace: Callable[[], None]
    ) -> None:
        """Call ``replace``, which puts the manifest of an artifact in the place of an older one.

        ``stored`` says which blobs the new one needs. To whoever saw the older one before, it is as
        good as deleted: a save that stands on it is done again.

        Raises:
            BlobsCollectedError: what the new one needs went since the mark of ``stored``.
        """
        with self._database.write() as connection:
            lock(connection, stored.store, shared=False)
            claim(connection, stored)
            replace()
            _note_deletion(connection, stored.store, manifest, size_bytes)

    def finish(self, store: str, delete: Callable[[str], None]) -> None:
        """Delete the bytes of every doomed blob by ``delete``, which may meet missing ones.

        Anybody may call it at any time: it ends what somebody else began and did not end.
        """
        while self._finish_some(store, delete):
            pass

    def _finish_some(self, store: str, delete: Callable[[str], None]) -> bool:
        doomed = condemned.c.store == store, condemned.c.doomed
        # By name: manifests come before packs, so that no manifest outlives what it names.
        query = sa.select(condemned).where(*doomed).order_by(condemned.c.blob)
        with self._database.write() as connection:
            lock(connection, store, shared=False)
            rows = connection.execute(query.limit(_DELETED_AT_ONCE)).all()
            for row in rows:
                delete(row.blob)
                connection.execute(sa.delete(condemned).where(condemned.c.id == row.id))
                _note_deletion(connection, store, row.blob, row.size_bytes)
        return bool(rows)


def _note_deletion(connection: sa.Connection, store: str, blob: str, size_bytes: int) -> None:
    connection.execute(
        sa.insert(deletions).values(
            store=store, blob=blob, size_bytes=size_bytes, deleted_at=datetime.now(UTC)
        )
    )


def _marks(connection: sa.Connection) -> dict[str, int]:
    newest = sa.func.max(deletions.c.id).label("mark")
    rows = connection.execute(sa.select(deletions.c.store, newest).group_by(deletions.c.store))
    return {row.store: row.mark for row in rows}


def _condemned(row: sa.Row[Any]) -> Condemned:
    return Condemned(row.blob, row.size_bytes, row.condemned_at, row.doomed)
