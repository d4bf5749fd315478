"""Deleting versions: the row stays and answers for the past, the bytes are no longer referred to.

Deletion and promotion both lock the model's row, so that of two at once one is refused.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import VersionProtectedError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.checkpoints import checkpoints_of
from frontier_assets.registry.connection import Database
from frontier_assets.registry.deletion import delete_checkpoints
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import recorded_row, select_versions, to_version, version_row
from frontier_assets.registry.protections import Hold, version_holds
from frontier_assets.registry.searchable import forget_version
from frontier_assets.registry.tables import versions
from frontier_assets.types import Version


class Tombstones:
    """Deletes versions. Numbers, lineage and history stay on record."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def delete(self, model: str, number: str, *, actor: str, reason: str) -> Version:
        """Delete a version and return it as it is on record now.

        Its bytes stay until they are collected.

        Raises:
            VersionNotFoundError: there is no such version, or it was deleted before.
            VersionProtectedError: something holds it.
        """
        (version,) = self.delete_several(model, [number], actor=actor, reason=reason)
        return version

    def delete_several(
        self, model: str, numbers: Iterable[str], *, actor: str, reason: str
    ) -> list[Version]:
        """Delete versions of a model as `delete` does, all or none."""
        reason = checked_text("Reason", reason)
        with open_change(self._database, model, actor=actor, reason=reason) as ledger:
            return [_delete(ledger, number) for number in numbers]

    def delete_all(self, model: str, *, actor: str, reason: str) -> list[Version]:
        """Delete every version and every checkpoint of a model, or nothing; return the versions.

        The head of a branch and the rollback window hold one version for the sake of the others, so
        they do not hold all of them together. The model itself stays, as the one that its trail and
        its used numbers belong to.

        Raises:
            ModelNotFoundError: there is no such model.
            VersionProtectedError: a version is staged, in production or pinned.
            CheckpointProtectedError: a checkpoint is pinned, or a training run would resume from
                it.
        """
        reason = checked_text("Reason", reason)
        with open_change(self._database, model, actor=actor, reason=reason) as ledger:
            holds = version_holds(ledger.connection, ledger.model_id)
            _refuse_held(ledger, [hold for hold in holds if not hold.for_others])
            query = select_versions(ledger.model_id).order_by(versions.c.sequence)
            deleted = [_bury(ledger, row) for row in ledger.connection.execute(query).all()]
            saved = checkpoints_of(ledger.connection, model)
            if saved:
                delete_checkpoints(ledger, saved)
            return deleted


def _delete(ledger: Change, number: str) -> Version:
    row = version_row(ledger.connection, ledger.model, number)
    holds = version_holds(ledger.connection, ledger.model_id)
    _refuse_held(ledger, [hold for hold in holds if hold.name == number])
    return _bury(ledger, row)


def _refuse_held(ledger: Change, holds: list[Hold]) -> None:
    if not holds:
        return
    number = holds[0].name
    found = [hold for hold in holds if hold.name == number]
    remedies = dict.fromkeys(
        hold.remedy.format(model=ledger.model, ref=f"{ledger.model}@{number}") for hold in found
    )
    raise VersionProtectedError(ledger.model, number, [hold.why for hold in found], remedies)


def _bury(ledger: Change, row: sa.Row[Any]) -> Version:
    tombstone = {
        "deleted_at": ledger.at,
        "deleted_by": ledger.actor,
        "deleted_reason": ledger.reason,
    }
    ledger.connection.execute(sa.update(versions).where(versions.c.id == row.id).values(tombstone))
    forget_version(ledger, row.id)
    ledger.record(
        AuditAction.VERSION_DELETED,
        version=row.number,
        before={"digest": row.digest, "stage": row.stage, "store": row.store},
    )
    return to_version(recorded_row(ledger.connection, ledger.model, row.number))
