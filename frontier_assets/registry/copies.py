"""Artifacts that lie in a second store as well, and what of a version is worth a copy."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.artifacts import newest_artifacts
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.claims import Stored, claim, insert_new
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.tables import attachments, copies
from frontier_assets.types import Digest


@dataclasses.dataclass(frozen=True, slots=True)
class VersionPart:
    """An artifact of a version: ``name`` is empty for the version itself."""

    name: str
    digest: Digest
    store: str
    size_bytes: int


class Copies:
    """Records copies. A copy is kept while something refers to its original, in any store."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def parts(self, model: str, number: str) -> list[VersionPart]:
        """Return a version, its verified conversions and what is attached to it.

        Raises:
            VersionNotFoundError: there is no such version.
        """
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            files = sa.select(attachments).where(attachments.c.version_id == version.id)
            conversions = newest_artifacts(connection, version.id)
            attached = connection.execute(files.order_by(attachments.c.name)).all()
        rows: Iterator[Any] = chain(
            (item for item in conversions if item.verified_at is not None), attached
        )
        return [
            VersionPart("", Digest(version.digest), version.store, version.size_bytes),
            *(VersionPart(row.name, Digest(row.digest), row.store, row.size_bytes) for row in rows),
        ]

    def add(self, stored: Stored, *, actor: str) -> bool:
        """Record one copy, of whatever it is; return whether it is a new one.

        No audit entry tells of it: nothing that anybody reads or decides on has changed.

        Raises:
            BlobsCollectedError: bytes of ``stored`` were deleted since its save began.
        """
        with self._database.write() as connection:
            return _add(connection, stored, checked_text("Actor", actor), datetime.now(UTC))

    def add_version(self, model: str, number: str, stored: Sequence[Stored], *, actor: str) -> None:
        """Record copies of what a version consists of, all in one store.

        Raises:
            VersionNotFoundError: there is no such version.
            BlobsCollectedError: bytes of ``stored`` were deleted since its save began.
        """
        with open_change(self._database, model, actor=actor) as ledger:
            version_row(ledger.connection, model, number)
            new = [
                item for item in stored if _add(ledger.connection, item, ledger.actor, ledger.at)
            ]
            if new:
                after = {"store": new[0].store, "digests": [item.digest for item in new]}
                ledger.record(AuditAction.VERSION_COPIED, version=number, after=after)

    def hold(self, stored: Stored) -> None:
        """Keep what was put back in its own store from being collected; it is recorded already.

        Raises:
            BlobsCollectedError: bytes of ``stored`` were deleted since its save began.
        """
        with self._database.write() as connection:
            claim(connection, stored)


def _add(connection: sa.Connection, stored: Stored, actor: str, at: datetime) -> bool:
    claim(connection, stored)
    values = stored.columns() | {"created_at": at, "created_by": actor}
    return insert_new(connection, copies, values)
