"""The branches of each model: lines of pre-releases beside main, and merging them into it."""

import dataclasses
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from frontier_assets.errors import BranchExistsError, NothingToMergeError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.columns import written_out
from frontier_assets.registry.connection import Database
from frontier_assets.registry.insertion import insert, place_on_main
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import (
    branch_row,
    latest_row,
    recorded_row,
    required,
    to_version,
)
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import branches, versions
from frontier_assets.types import (
    MAIN,
    ChangeClass,
    Ref,
    Version,
    VersionNumber,
    checked_branch_name,
)

# What main takes over from a branch's head; how it was built and judged there stays there. Who
# signed the head made what is merged, and may not approve it under its new number either.
_CONTENT = (
    *("digest", "store", "size_bytes", "checkpoint", "description", "tags", "parameters"),
    *("metrics", "signature", "data_digests", "environment"),
    *("author", "author_key", "author_signature"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Branch:
    """A line of pre-releases that left ``source``.

    ``head`` is its newest version, or its source while it has none; ``versions`` counts its own.
    ``last_merge`` is the version on main that its last merge made.
    """

    model: str
    name: str
    source: str
    head: str
    versions: int
    last_merge: str | None
    created_by: str
    created_at: datetime


class Branches:
    """Creates, merges and deletes branches. Main is none of them: it is always there."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def create(self, model: str, name: str, *, source: Ref, actor: str) -> Branch:
        """Start a branch from the version that ``source`` points at now.

        Raises:
            ModelNotFoundError: there is no such model.
            VersionNotFoundError: there is no such source.
            BranchExistsError: the model has, or had, a branch of this name.
            InvalidValueError: the name is none that a branch can have.
        """
        checked_branch_name(name)
        with open_change(self._database, model, actor=actor) as ledger:
            number = required(ledger.connection, source).number
            own = sa.and_(branches.c.model_id == ledger.model_id, branches.c.name == name)
            known = ledger.connection.execute(sa.select(branches).where(own)).one_or_none()
            if known is not None:
                raise BranchExistsError(model, name, deleted=known.deleted_at is not None)
            ledger.connection.execute(
                sa.insert(branches).values(
                    model_id=ledger.model_id,
                    name=name,
                    source=number,
                    created_by=ledger.actor,
                    created_at=ledger.at,
                )
            )
            after = {"branch": name, "source": number}
            ledger.record(AuditAction.BRANCH_CREATED, version=number, after=after)
            row = branch_row(ledger.connection, model, name)
            return _branch(ledger.connection, model, row)

    def get(self, model: str, name: str) -> Branch:
        """Return a branch.

        Raises:
            ModelNotFoundError: there is no such model.
            BranchNotFoundError: there is no such branch, or it was deleted.
        """
        with self._database.read() as connection:
            return _branch(connection, model, branch_row(connection, model, name))

    def list(self, model: str) -> list[Branch]:
        """Return the model's branches, the oldest first; deleted ones are left out."""
        with self._database.read() as connection:
            owner = model_id(connection, model)
            live = sa.select(branches).where(
                branches.c.model_id == owner, branches.c.deleted_at.is_(None)
            )
            rows = connection.execute(live.order_by(branches.c.id)).all()
            return [_branch(connection, model, row) for row in rows]

    def merge(
        self,
        model: str,
        name: str,
        *,
        change: ChangeClass | Literal["auto"] = "auto",
        actor: str,
        run_id: str | None = None,
    ) -> Version:
        """Register the content of a branch's head as the next version of main.

        Its parent is main's latest, with which ``auto`` compares it. It begins in development: it
        is built, judged and approved as any other version. The branch goes on.

        Raises:
            BranchNotFoundError: there is no such branch.
            NothingToMergeError: main has the head already.
        """
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            row = branch_row(ledger.connection, model, name)
            head = latest_row(ledger.connection, ledger.model_id, name)
            if head is None or _is_merged(ledger, row, head.number):
                raise NothingToMergeError(model, name)
            content = {column: getattr(head, column) for column in _CONTENT} | {"stored_bytes": 0}
            place = place_on_main(
                ledger, to_version(head), change=change, merged_from=str(head.number)
            )
            version = insert(ledger, content, place)
            _update(ledger, row, last_merge=version.number)
            ledger.record(
                AuditAction.BRANCH_MERGED,
                version=version.number,
                before={"branch": name, "last_merge": row.last_merge},
                after={"branch": name, "last_merge": version.number, "head": head.number},
            )
            return version

    def delete(self, model: str, name: str, *, reason: str, actor: str) -> Branch:
        """Delete a branch and return what it was. Its versions stay, by number and by sequence.

        Its name is never given again: they carry it. Its head loses the protection of a head.

        Raises:
            BranchNotFoundError: there is no such branch.
        """
        reason = checked_text("Reason", reason)
        with open_change(self._database, model, actor=actor, reason=reason) as ledger:
            row = branch_row(ledger.connection, model, name)
            branch = _branch(ledger.connection, model, row)
            _update(ledger, row, deleted_at=ledger.at)
            before = {"branch": name, "source": branch.source, "head": branch.head}
            ledger.record(AuditAction.BRANCH_DELETED, version=branch.head, before=before)
            return branch


def _is_merged(ledger: Change, branch: sa.Row[Any], head: str) -> bool:
    if branch.last_merge is None:
        return False
    merged = recorded_row(ledger.connection, ledger.model, branch.last_merge).merged_from
    # A head is below what was merged when that was deleted since.
    return VersionNumber.parse(head) <= VersionNumber.parse(merged)


def _update(ledger: Change, row: sa.Row[Any], **values: object) -> None:
    ledger.connection.execute(sa.update(branches).where(branches.c.id == row.id).values(values))


def _branch(connection: sa.Connection, model: str, row: sa.Row[Any]) -> Branch:
    own = sa.and_(
        versions.c.model_id == row.model_id,
        versions.c.branch == row.name,
        versions.c.branch != written_out(MAIN),
    )
    head = latest_row(connection, row.model_id, row.name)
    return Branch(
        model=model,
        name=row.name,
        source=row.source,
        head=row.source if head is None else head.number,
        versions=connection.scalar(sa.select(sa.func.count()).where(own)) or 0,
        last_merge=row.last_merge,
        created_by=row.created_by,
        created_at=row.created_at,
    )
