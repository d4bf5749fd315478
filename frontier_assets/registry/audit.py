"""The audit trail: reading it, and proving that nothing in it was changed afterwards."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import AuditChainError
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import FIRST_HASH, AuditAction, entry_hash
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import audit, models

__all__ = ["Audit", "AuditAction", "AuditEntry"]


@dataclasses.dataclass(frozen=True, slots=True)
class AuditEntry:
    """One state change of one model. ``sequence`` is the model's change sequence."""

    model: str
    sequence: int
    action: AuditAction
    version: str | None
    actor: str
    reason: str
    run_id: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime
    previous_hash: str
    hash: str


class Audit:
    """Reads and verifies the trails: one chain of hashes per model.

    A trail that was rewritten from its first entry on, hashes included, proves itself again;
    keeping `heads` and hashes elsewhere is what tells such a forgery.
    """

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def entries(self, model: str, after: int = 0, limit: int | None = None) -> list[AuditEntry]:
        """Return the entries with a sequence above ``after``, in order, at most ``limit``."""
        with self._database.read() as connection:
            model_id(connection, model)
            query = sa.select(audit).where(audit.c.model == model, audit.c.sequence > after)
            rows = connection.execute(query.order_by(audit.c.sequence).limit(limit)).all()
        return [_entry(row) for row in rows]

    def last_change(self, model: str, number: str) -> int:
        """Return the sequence of the newest entry about a version, 0 when there is none."""
        with self._database.read() as connection:
            query = sa.select(sa.func.max(audit.c.sequence))
            about = query.where(audit.c.model == model, audit.c.version == number)
            return connection.scalar(about) or 0

    def heads(self) -> dict[str, int]:
        """Return every model's last sequence, in one query."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(models.c.name, models.c.change_sequence)).all()
        return {row.name: row.change_sequence for row in rows}

    def verify(self, model: str | None = None) -> int:
        """Check one trail, or all of them, and return the number of entries.

        Raises:
            AuditChainError: an entry was edited, deleted, inserted or moved; the first is named.
            ModelNotFoundError: there is no such model.
        """
        with self._database.read() as connection:
            if model is not None:
                model_id(connection, model)
            heads = {
                row.name: row.change_sequence
                for row in connection.execute(sa.select(models.c.name, models.c.change_sequence))
            }
            trails = connection.scalars(sa.select(audit.c.model).distinct())
            names = sorted({*heads, *trails}) if model is None else [model]
            return sum(_verify(connection, name, heads.get(name)) for name in names)


def _verify(connection: sa.Connection, model: str, head: int | None) -> int:
    if head is None:
        raise AuditChainError(model, 1, "the trail has entries and the registry no such model")
    # As text: what is hashed is what is stored.
    columns = [
        column if isinstance(column.type, sa.Integer) else sa.type_coerce(column, sa.String)
        for column in audit.c
    ]
    query = sa.select(*columns).where(audit.c.model == model).order_by(audit.c.sequence)
    last = _follow(model, (row._asdict() for row in connection.execute(query)))
    if last < head:
        raise AuditChainError(
            model, last + 1, f"the entry is missing; the model has {head} changes"
        )
    if last > head:
        raise AuditChainError(model, head + 1, f"the entry was added; the model has {head} changes")
    return last


def _follow(model: str, rows: Iterable[dict[str, Any]]) -> int:
    sequence, previous = 0, FIRST_HASH
    for row in rows:
        if row["sequence"] != sequence + 1:
            raise AuditChainError(
                model, sequence + 1, f"the entry is missing; the next has {row['sequence']}"
            )
        sequence += 1
        if row["hash"] != entry_hash(row):
            raise AuditChainError(model, sequence, "the entry was changed after it was written")
        if row["previous_hash"] != previous:
            raise AuditChainError(model, sequence, "the entry does not follow the one before it")
        previous = row["hash"]
    return sequence


def _entry(row: sa.Row[Any]) -> AuditEntry:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(AuditEntry)}
    return AuditEntry(**(values | {"action": AuditAction(row.action)}))
