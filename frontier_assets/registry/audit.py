"""The audit trail: reading, signing and exporting it, and proving that nothing was changed."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import AuditChainError
from frontier_assets.registry.chain import proved
from frontier_assets.registry.connection import Database
from frontier_assets.registry.export import prove_export, write_export
from frontier_assets.registry.heads import Head, SignedHead, sign_head, vouched
from frontier_assets.registry.ledger import AuditAction, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import Models, model_id
from frontier_assets.registry.tables import audit, models
from frontier_assets.signatures import AllowedSigners

__all__ = ["ABOUT_EVERY_VERSION", "Audit", "AuditAction", "AuditEntry"]

# After these, a version that could not be promoted perhaps can be, without a change of its own.
ABOUT_EVERY_VERSION = (AuditAction.POLICY_RECORDED, AuditAction.UNFROZEN)


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
    """Reads, signs and proves the trails: one chain of hashes per model.

    A trail that was written anew from its first entry on, hashes included, proves itself again;
    signed heads, of which a copy is kept elsewhere, are what tells such a forgery.
    """

    def __init__(self, database: Database, signers: AllowedSigners | None = None) -> None:
        """Work on ``database``; ``signers`` are those whose signatures on heads count."""
        self._database = database
        self._signers = signers

    def identity(self) -> str | None:
        """Return the hash of the registry's first entry: no other registry has it, and it stays.

        None while nothing is recorded. A copy of the database is the same registry.
        """
        with self._database.read() as connection:
            return connection.scalar(sa.select(audit.c.hash).order_by(audit.c.id).limit(1))

    def entries(self, model: str, after: int = 0, limit: int | None = None) -> list[AuditEntry]:
        """Return the entries with a sequence above ``after``, in order, at most ``limit``."""
        with self._database.read() as connection:
            model_id(connection, model)
            query = sa.select(audit).where(audit.c.model == model, audit.c.sequence > after)
            rows = connection.execute(query.order_by(audit.c.sequence).limit(limit)).all()
        return [_entry(row) for row in rows]

    def entry(self, model: str, sequence: int) -> AuditEntry:
        """Return one entry.

        Raises:
            ModelNotFoundError: there is no such model.
            AuditChainError: the trail has no such entry.
        """
        found = self.entries(model, after=sequence - 1, limit=1)
        if not found or found[0].sequence != sequence:
            raise AuditChainError(model, sequence, "the entry is missing")
        return found[0]

    def last_change(self, model: str, number: str) -> int:
        """Return the sequence of the newest entry about a version or about all of its model.

        It is 0 when there is none.
        """
        with self._database.read() as connection:
            about = sa.or_(audit.c.version == number, audit.c.action.in_(ABOUT_EVERY_VERSION))
            query = sa.select(sa.func.max(audit.c.sequence)).where(audit.c.model == model, about)
            return connection.scalar(query) or 0

    def about(self, model: str, number: str) -> list[AuditEntry]:
        """Return the entries about one version, oldest first; the first is its registration.

        Raises:
            VersionNotFoundError: there is no such version.
        """
        with self._database.read() as connection:
            version_row(connection, model, number)
            query = sa.select(audit).where(audit.c.model == model, audit.c.version == number)
            return [_entry(row) for row in connection.execute(query.order_by(audit.c.sequence))]

    def heads(self) -> dict[str, int]:
        """Return every model's last sequence, in one query."""
        with self._database.read() as connection:
            return _heads(connection)

    def sign(self, model: str, *, key: Path, signer: str | None = None) -> SignedHead:
        """Sign the model's last entry with the key in a file, and record that as the next one.

        The signer, who is its actor, is the one that the allowed signers name for the key, unless
        it is given.

        Raises:
            ModelNotFoundError: there is no such model.
            SettingsError: no allowed signers are named.
            SigningError: the key did not sign.
            SignatureRefusedError: the key is not one of an allowed signer.
        """
        last = self.entry(model, Models(self._database).get(model).change_sequence)
        head = Head(model, last.sequence, last.hash, datetime.now(UTC))
        signed = sign_head(head, key=key, signer=signer, signers=self._signers)
        with open_change(self._database, model, actor=signed.signer) as ledger:
            ledger.record(AuditAction.HEAD_SIGNED, after=signed.facts())
            return dataclasses.replace(signed, entry=ledger.sequence)

    def signed_heads(self, model: str) -> list[SignedHead]:
        """Return the heads of a trail that somebody signed, oldest first; `verify` proves them."""
        with self._database.read() as connection:
            model_id(connection, model)
            signed = audit.c.model == model, audit.c.action == AuditAction.HEAD_SIGNED
            rows = connection.execute(sa.select(audit).where(*signed).order_by(audit.c.sequence))
            return [SignedHead.of(row.sequence, model, row.after) for row in rows]

    def verify(self, model: str | None = None, *, against: Path | None = None) -> int:
        """Prove one trail, or all of them, and return the number of entries.

        ``against`` is an export kept elsewhere, whose entries the trails have to begin with.

        Raises:
            AuditChainError: an entry was edited, deleted, inserted or moved, or a signed head is
                not that of the trail; the first is named.
            AuditExportError: ``against`` is no whole export.
            SettingsError: there is a signed head, and no allowed signers are named.
            ModelNotFoundError: there is no such model.
        """
        kept = {} if against is None else prove_export(against, self._signers).hashes
        with self._database.read() as connection:
            return sum(1 for _ in self._trails(connection, model, kept))

    def export(self, path: Path, model: str | None = None) -> int:
        """Write one trail, or all of them, as JSON Lines, and return the number of entries.

        What is written has been proved; `prove_export` proves it again without this registry.

        Raises:
            AuditChainError: a trail does not prove itself; nothing is written.
            ModelNotFoundError: there is no such model.
            OSError: ``path`` cannot be written.
        """
        with self._database.read() as connection:
            return write_export(path, self._trails(connection, model, {}))

    def _trails(
        self, connection: sa.Connection, model: str | None, kept: Mapping[str, Sequence[str]]
    ) -> Iterator[dict[str, Any]]:
        if model is not None:
            model_id(connection, model)
        heads = _heads(connection)
        trails = connection.scalars(sa.select(audit.c.model).distinct())
        names = sorted({*heads, *trails, *kept}) if model is None else [model]
        for name in names:
            entries = proved(name, _stored(connection, name))
            whole = _whole(name, entries, heads.get(name), kept.get(name, []))
            yield from vouched(whole, self._signers)


def _whole(
    model: str, entries: Iterator[dict[str, Any]], head: int | None, kept: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield proved entries; there have to be as many as the model counts, and the ``kept`` ones."""
    last = 0
    for entry in entries:
        last = entry["sequence"]
        if head is None:
            raise AuditChainError(model, 1, "the trail has entries and the registry no such model")
        if last > head:
            raise AuditChainError(model, last, f"the entry was added; the model has {head} changes")
        if last <= len(kept) and entry["hash"] != kept[last - 1]:
            raise AuditChainError(model, last, "the entry is not the one in the export")
        yield entry
    if last < max(head or 0, len(kept)):
        found = f"the model has {head or 0} changes, the export {len(kept)}"
        raise AuditChainError(model, last + 1, f"the entry is missing; {found}")


def _heads(connection: sa.Connection) -> dict[str, int]:
    rows = connection.execute(sa.select(models.c.name, models.c.change_sequence))
    return {row.name: row.change_sequence for row in rows}


def _stored(connection: sa.Connection, model: str) -> Iterator[dict[str, Any]]:
    # As text: what is hashed is what is stored.
    columns = [
        column if isinstance(column.type, sa.Integer) else sa.type_coerce(column, sa.String)
        for column in audit.c
        if column is not audit.c.id
    ]
    query = sa.select(*columns).where(audit.c.model == model).order_by(audit.c.sequence)
    return (row._asdict() for row in connection.execute(query))


def _entry(row: sa.Row[Any]) -> AuditEntry:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(AuditEntry)}
    return AuditEntry(**(values | {"action": AuditAction(row.action)}))
