"""Pins: checkpoints and versions that somebody wants kept, whatever a policy says."""

import dataclasses
import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import PinNotFoundError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.checkpoint_lookup import checkpoint_row
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import models, pins


class PinSubject(enum.StrEnum):
    """What a pin holds: a checkpoint by its key, or a version by its number."""

    CHECKPOINT = "checkpoint"
    VERSION = "version"


@dataclasses.dataclass(frozen=True, slots=True)
class Pin:
    """What is held, by whom and why."""

    model: str
    subject: PinSubject
    name: str
    reason: str
    pinned_by: str
    pinned_at: datetime

    def described(self) -> str:
        """Return who holds it and why, for people."""
        return f"is pinned by {self.pinned_by}: {self.reason}"


class Pins:
    """Pins what has to be kept, and takes pins away again."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def add(
        self,
        model: str,
        subject: PinSubject,
        name: str,
        *,
        actor: str,
        reason: str,
        run_id: str | None = None,
    ) -> Pin:
        """Pin a checkpoint or a version; one that is pinned already gets the new reason.

        Raises:
            CheckpointNotFoundError: there is no such checkpoint.
            VersionNotFoundError: there is no such version.
        """
        reason = checked_text("Reason", reason)
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            _require(ledger, subject, name)
            before = _find(ledger, subject, name)
            if before is not None and before.reason == reason:
                return before
            after = Pin(model, subject, name, reason, ledger.actor, ledger.at)
            _write(ledger, before, after)
            return after

    def remove(
        self,
        model: str,
        subject: PinSubject,
        name: str,
        *,
        actor: str,
        run_id: str | None = None,
    ) -> Pin:
        """Take a pin away and return it.

        Raises:
            PinNotFoundError: there is no such pin.
        """
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            before = _find(ledger, subject, name)
            if before is None:
                raise PinNotFoundError(model, subject, name)
            ledger.connection.execute(sa.delete(pins).where(*_at(ledger, subject, name)))
            ledger.record(AuditAction.UNPINNED, version=_version(before), before=_audited(before))
            return before

    def list(self, model: str) -> list[Pin]:
        """Return the model's pins, ordered by subject and name."""
        with self._database.read() as connection:
            owner = model_id(connection, model)
            return [pin for subject in PinSubject for pin in pins_of(connection, owner, subject)]


def pins_of(connection: sa.Connection, model: int, subject: PinSubject) -> list[Pin]:
    """Return the pins on one kind of subject of the model with this row id, ordered by name."""
    query = _select().where(pins.c.model_id == model, pins.c.subject == subject.value)
    return [_pin(row) for row in connection.execute(query.order_by(pins.c.name))]


def _select() -> sa.Select[Any]:
    return sa.select(pins, models.c.name.label("model")).join(
        models, models.c.id == pins.c.model_id
    )


def _at(ledger: Change, subject: PinSubject, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        pins.c.model_id == ledger.model_id,
        pins.c.subject == subject.value,
        pins.c.name == name,
    )


def _find(ledger: Change, subject: PinSubject, name: str) -> Pin | None:
    row = ledger.connection.execute(_select().where(*_at(ledger, subject, name))).one_or_none()
    return None if row is None else _pin(row)


def _require(ledger: Change, subject: PinSubject, name: str) -> None:
    find = checkpoint_row if subject is PinSubject.CHECKPOINT else version_row
    find(ledger.connection, ledger.model, name)


def _write(ledger: Change, before: Pin | None, after: Pin) -> None:
    values = dataclasses.asdict(after) | {"subject": after.subject.value}
    del values["model"]
    ledger.connection.execute(
        sa.insert(pins).values(model_id=ledger.model_id, **values)
        if before is None
        else sa.update(pins).where(*_at(ledger, after.subject, after.name)).values(values)
    )
    ledger.record(
        AuditAction.PINNED,
        version=_version(after),
        before={} if before is None else _audited(before),
        after=_audited(after),
    )


def _version(pin: Pin) -> str | None:
    return pin.name if pin.subject is PinSubject.VERSION else None


def _audited(pin: Pin) -> dict[str, str]:
    return {"subject": pin.subject.value, "name": pin.name, "reason": pin.reason}


def _pin(row: sa.Row[Any]) -> Pin:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Pin)}
    return Pin(**(values | {"subject": PinSubject(row.subject)}))
