"""Which artifacts of a store the records refer to: everything else there is garbage."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from frontier_assets.registry.tables import artifacts, attachments, checkpoints, copies, versions
from frontier_assets.types import Digest


def reachable_digests(
    connection: sa.Connection, store: str, without: Collection[int] = ()
) -> set[Digest]:
    """Return what is reachable in ``store``, as if the checkpoints ``without`` were deleted.

    ``without`` has the ids of rows. A copy is reachable while its original is, in any store.
    """
    places = set(_referred(connection, set(without)))
    here = {digest for where, digest in places if where == store}
    anywhere = {digest for _, digest in places}
    copied = connection.scalars(sa.select(copies.c.digest).where(copies.c.store == store))
    return {Digest(digest) for digest in here | (anywhere & set(copied))}


def _referred(connection: sa.Connection, without: set[int]) -> Iterator[tuple[str, str]]:
    saved = connection.execute(
        sa.select(checkpoints.c.id, checkpoints.c.store, checkpoints.c.digest)
    )
    yield from ((row.store, row.digest) for row in saved if row.id not in without)
    for table in (versions, artifacts, attachments):
        for row in connection.execute(sa.select(table.c.store, table.c.digest).distinct()):
            yield row.store, row.digest
