"""The files that belong to each version beside what it is and what it was converted to."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import ArtifactNotFoundError, InvalidValueError
from frontier_assets.registry.claims import Stored, claim
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.tables import attachments
from frontier_assets.types import AttachmentKind, Digest, checked_segment


@dataclasses.dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a version, kept under ``name`` as an artifact with one member of that name."""

    id: int
    name: str
    kind: AttachmentKind
    digest: Digest
    store: str
    size_bytes: int
    stored_bytes: int
    created_at: datetime
    created_by: str


class Attachments:
    """Records attached files; what is attached is not replaced."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def add(
        self,
        model: str,
        number: str,
        *,
        kind: AttachmentKind,
        stored: Mapping[str, Stored],
        actor: str,
        run_id: str | None = None,
    ) -> list[Attachment]:
        """Record stored files by name, all or none; one that is there already is no change.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: a name cannot be one, or has another content or kind.
            BlobsCollectedError: bytes of a file were deleted since its save began.
        """
        names = [checked_segment("Attachment name", name) for name in stored]
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            version = version_row(ledger.connection, model, number)
            known = {item.name: item for item in _attached(ledger.connection, version.id)}
            for name, item in stored.items():
                claim(ledger.connection, item)
                if name not in known:
                    _insert(ledger, version, name, kind, item)
                elif (known[name].digest, known[name].kind) != (item.digest, kind):
                    problem = f"{model}@{number} has another file of this name; choose a new name"
                    raise InvalidValueError("Attachment name", name, problem)
            attached = _attached(ledger.connection, version.id)
            return [item for item in attached if item.name in names]

    def get(self, model: str, number: str, name: str) -> Attachment:
        """Return the file of this name.

        Raises:
            VersionNotFoundError: there is no such version.
            ArtifactNotFoundError: the version has no such file.
        """
        for item in self.list(model, number):
            if item.name == name:
                return item
        ref = f"{model}@{number}"
        raise ArtifactNotFoundError(name, ref, f"`frontier show {ref}` lists what is attached")

    def list(self, model: str, number: str) -> list[Attachment]:
        """Return the files of a version, ordered by name."""
        with self._database.read() as connection:
            return _attached(connection, version_row(connection, model, number).id)


def _attached(connection: sa.Connection, version: int) -> list[Attachment]:
    query = sa.select(attachments).where(attachments.c.version_id == version)
    return [_attachment(row) for row in connection.execute(query.order_by(attachments.c.name))]


def _attachment(row: sa.Row[Any]) -> Attachment:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Attachment)}
    values |= {"kind": AttachmentKind(row.kind), "digest": Digest(row.digest)}
    return Attachment(**values)


def _insert(
    ledger: Change, version: sa.Row[Any], name: str, kind: AttachmentKind, stored: Stored
) -> None:
    ledger.connection.execute(
        sa.insert(attachments).values(
            version_id=version.id,
            name=name,
            kind=kind.value,
            **stored.columns(),
            created_at=ledger.at,
            created_by=ledger.actor,
            run_id=ledger.run_id,
        )
    )
    after = {"name": name, "kind": kind.value, "digest": stored.digest}
    ledger.record(AuditAction.FILE_ATTACHED, version=version.number, after=after)
