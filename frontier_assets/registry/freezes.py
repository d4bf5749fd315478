"""Freezes: the models whose versions nobody promotes until somebody says so."""

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.tables import models


@dataclasses.dataclass(frozen=True, slots=True)
class Freeze:
    """Who stopped the promotions of a model, when and why."""

    model: str
    frozen_by: str
    frozen_at: datetime
    reason: str

    def described(self) -> str:
        """Return who did it, when and why, for people."""
        return f"since {self.frozen_at:%Y-%m-%d %H:%M} UTC by {self.frozen_by}: {self.reason}"


class Freezes:
    """Freezes models and unfreezes them. A frozen one may be rolled back and moved backwards.

    Registrations, evaluations and builds go on meanwhile.
    """

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def freeze(self, model: str, *, actor: str, reason: str, run_id: str | None = None) -> Freeze:
        """Refuse promotions from now on; a model that is frozen already gets the new reason.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: ``actor`` or ``reason`` is empty.
        """
        reason = checked_text("Reason", reason)
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            before = freeze_in(ledger.owner)
            if before is not None and before.reason == reason:
                return before
            after = Freeze(model, ledger.actor, ledger.at, reason)
            _write(ledger, AuditAction.FROZEN, before, after)
            return after

    def unfreeze(
        self, model: str, *, actor: str, reason: str, run_id: str | None = None
    ) -> Freeze | None:
        """Allow promotions again and return what stopped them; None when nothing did.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: ``actor`` or ``reason`` is empty.
        """
        reason = checked_text("Reason", reason)
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            before = freeze_in(ledger.owner)
            if before is not None:
                _write(ledger, AuditAction.UNFROZEN, before, None)
            return before


def freeze_in(row: sa.Row[Any]) -> Freeze | None:
    """Read it from a row of `models`."""
    if row.frozen_at is None:
        return None
    return Freeze(row.name, row.frozen_by, row.frozen_at, row.frozen_reason)


def _write(
    ledger: Change, action: AuditAction, before: Freeze | None, after: Freeze | None
) -> None:
    ledger.connection.execute(
        sa.update(models)
        .where(models.c.id == ledger.model_id)
        .values(
            frozen_at=after and after.frozen_at,
            frozen_by=after and after.frozen_by,
            frozen_reason=after and after.reason,
        )
    )
    ledger.record(action, before=_audited(before), after=_audited(after))


def _audited(freeze: Freeze | None) -> dict[str, str]:
    return {} if freeze is None else {"frozen_by": freeze.frozen_by, "reason": freeze.reason}
