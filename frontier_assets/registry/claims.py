"""What a save has to prove when it is recorded: that no collection took what it stands on.

A save reads the store's mark, then looks at the store, and is recorded under the store's shared
lock. A collection condemns what nothing refers to and dooms it under the exclusive lock, where it
looks again. Bytes go under that lock too, and the mark moves on with them. So a save that looked at
bytes before they went is refused, and one that looked afterwards did not see them.

Deleting after the transaction that says so would not do: a save that began in between would see
the bytes, and a mark that allows them.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from frontier_assets.errors import BlobsCollectedError
from frontier_assets.registry.canonical import checked_size
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import condemned, deletions, stores
from frontier_assets.types import Digest

_INSERTS: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

# Built once: every save that is recorded runs them.
_STORE = sa.select(stores.c.id).where(stores.c.name == sa.bindparam("name"))
_LOCKS = {shared: Prepared(_STORE.with_for_update(read=shared)) for shared in (False, True)}
_BLOBS: sa.BindParameter[Any] = sa.bindparam("blobs", expanding=True)
_CONDEMNED = sa.select(condemned.c.blob, condemned.c.doomed).where(
    condemned.c.store == sa.bindparam("of_store"), condemned.c.blob.in_(_BLOBS)
)
# The store's exclusive lock orders the ids of its deletions as they are committed.
_DELETED = sa.select(deletions.c.blob).where(
    deletions.c.store == sa.bindparam("of_store"), deletions.c.id > sa.bindparam("mark")
)
_GONE = _DELETED.where(deletions.c.blob.in_(_BLOBS)).add_columns(sa.true())
_WAITING = sa.union_all(_CONDEMNED, _GONE)
# Whether any blob of the store waits: mostly none does.
_ANY = Prepared(
    sa.select(
        sa.or_(
            sa.exists().where(condemned.c.store == sa.bindparam("of_store")), _DELETED.exists()
        ).label("waits")
    )
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An artifact as it is recorded.

    ``blobs`` are the names of all blobs that hold it, ``mark`` is the store's from before the save.
    """

    digest: Digest
    store: str
    size_bytes: int
    stored_bytes: int
    blobs: Sequence[str]
    mark: int

    def columns(self) -> dict[str, Any]:
        """Return what the tables keep of it, checked."""
        return {
            "digest": Digest(self.digest),
            "store": self.store,
            "size_bytes": checked_size("Size", self.size_bytes),
            "stored_bytes": checked_size("Stored size", self.stored_bytes),
        }


def claim(connection: sa.Connection, stored: Stored) -> None:
    """Keep the blobs of ``stored`` from being collected, in the transaction that records it.

    Raises:
        BlobsCollectedError: one of them went, or is about to go, since its save began.
    """
    lock(connection, stored.store, shared=True)
    these = {"of_store": stored.store, "blobs": stored.blobs, "mark": stored.mark}
    if not _ANY(connection, {"of_store": stored.store, "mark": stored.mark}).one().waits:
        return
    waiting = connection.execute(_WAITING, these).all()
    for row in waiting:
        if row.doomed:
            raise BlobsCollectedError(stored.store, row.blob)
    if waiting:
        condemned_too = condemned.c.store == stored.store, condemned.c.blob.in_(stored.blobs)
        connection.execute(sa.delete(condemned).where(*condemned_too))


def lock(connection: sa.Connection, store: str, *, shared: bool) -> None:
    """Lock the store's row; SQLite has locked the whole database when a writer began."""
    query = _LOCKS[shared]
    if query(connection, {"name": store}).first() is None:
        insert_new(connection, stores, {"name": store})
        query(connection, {"name": store})


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless there is such a one, and return whether it was inserted.

    On PostgreSQL somebody else can create it between a look and the insert.
    """
    insert = _INSERTS[connection.dialect.name](table).values(**values)
    created = connection.execute(insert.on_conflict_do_nothing().returning(table.c.id))
    return created.scalar() is not None


def deleted_since(store: str, mark: int) -> sa.Select[Any]:
    """Return the query for the blobs whose bytes went after ``mark`` was read."""
    return _DELETED.params(of_store=store, mark=mark)
