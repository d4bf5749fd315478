"""The stages of each model's versions: moving, rolling back, and who holds or held which."""

import enum
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from frontier_assets.errors import (
    InvalidValueError,
    NothingToRollBackError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
)
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.evidence import Decision, Evidence, collect_evidence
from frontier_assets.registry.ledger import Change, open_change
from frontier_assets.registry.lookup import holder_row, to_version, version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.moves import (
    StageMove,
    apply_move,
    history_of,
    holder_in,
    window_in,
)
from frontier_assets.types import Stage, Version

__all__ = ["UNSET", "StageMove", "Stages", "Unset"]

ALLOWED: Final = {
    Stage.DEVELOPMENT: (Stage.STAGING,),
    Stage.STAGING: (Stage.PRODUCTION, Stage.DEVELOPMENT),
    Stage.PRODUCTION: (Stage.ARCHIVED,),
    Stage.ARCHIVED: (Stage.STAGING,),
}


class Unset(enum.Enum):
    """Tells "no expectation" from "I expect nobody", which is None."""

    UNSET = enum.auto()


UNSET: Final = Unset.UNSET
Expected = str | Literal[Unset.UNSET] | None


class Stages:
    """Moves versions between stages, one transaction each, and answers from their history."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def move(
        self,
        model: str,
        number: str,
        to: Stage,
        *,
        actor: str,
        reason: str,
        decide: Callable[[Evidence], Decision],
        expected: Expected = UNSET,
        run_id: str | None = None,
        automatic: bool = False,
    ) -> StageMove:
        """Move a version to a neighbouring stage if ``decide`` allows it inside the transaction.

        Entering production archives the version that has it, unless that is not the ``expected``
        one (None: nobody). A version that is there already is left alone, unchecked.

        Raises:
            VersionNotFoundError: there is no such version.
            StageTransitionError: ``to`` is not a neighbour of the version's stage.
            StageConflictError: production is held by another version than ``expected``.
            PromotionRefusedError: ``decide`` refuses.
            InvalidValueError: ``actor`` or ``reason`` is empty, or ``expected`` has no meaning.
        """
        reason = checked_text("Reason", reason)
        if expected is not UNSET and to is not Stage.PRODUCTION:
            raise InvalidValueError("Expected holder", expected, "it is for production only")
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            version = version_row(ledger.connection, model, number)
            source = Stage(version.stage)
            if source is to:
                return _unchanged(ledger, number, to, automatic=automatic)
            if to not in ALLOWED[source]:
                raise StageTransitionError(f"{model}@{number}", source, to, ALLOWED[source])
            holder = _holder(ledger, expected) if to is Stage.PRODUCTION else None
            _ask(ledger, number, to, decide)
            return _enter(ledger, version, to, holder=holder, automatic=automatic)

    def rollback(
        self,
        model: str,
        *,
        actor: str,
        reason: str,
        to: str | None = None,
        expected: Expected = UNSET,
        run_id: str | None = None,
    ) -> StageMove:
        """Give production back to an earlier holder and archive the present one.

        Without ``to`` it is the last holder that was not itself rolled back. ``to`` may be any of
        the last three. The version that was rolled back is barred from automatic promotion.
        ``expected`` is the version to get rid of, so that two people do not roll back twice.

        Raises:
            NothingToRollBackError: production is empty, or there is no such earlier holder.
            StageConflictError: production is held by another version than ``expected``.
        """
        reason = checked_text("Reason", reason)
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            holder = _holder(ledger, expected)
            if holder is None:
                raise NothingToRollBackError(model, "no version is in production")
            target = _earlier(ledger, holder.number, to)
            barred = f"rolled back: {reason}"
            apply_move(ledger, holder, Stage.ARCHIVED, barred_reason=barred)
            return apply_move(ledger, target, Stage.PRODUCTION, replaced=holder.number)

    def holder(self, model: str, stage: Stage, at: datetime | None = None) -> Version | None:
        """Return the version in ``stage`` that entered it last, now or as it was ``at`` a time.

        The past is answered from the history of moves alone.
        """
        with self._database.read() as connection:
            owner = model_id(connection, model)
            if at is None:
                row = holder_row(connection, owner, stage)
                return None if row is None else to_version(row)
            number = holder_in(history_of(connection, owner, _aware(at)), stage)
            return None if number is None else to_version(version_row(connection, model, number))

    def history(self, model: str, at: datetime | None = None) -> list[StageMove]:
        """Return the model's moves, oldest first; those up to ``at`` when it is given."""
        with self._database.read() as connection:
            until = None if at is None else _aware(at)
            return history_of(connection, model_id(connection, model), until)

    def evidence(self, model: str, number: str) -> Evidence:
        """Return what a decision on this version would rest on now."""
        with self._database.read() as connection:
            return collect_evidence(connection, model, number)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidValueError("Time", at.isoformat(), "expected a time zone, e.g. '+00:00'")
    return at


def _unchanged(ledger: Change, number: str, stage: Stage, *, automatic: bool) -> StageMove:
    return StageMove(
        version=number,
        source=stage,
        target=stage,
        replaced=None,
        changed=False,
        sequence=ledger.sequence,
        actor=ledger.actor,
        reason=ledger.reason,
        run_id=ledger.run_id,
        automatic=automatic,
        at=ledger.at,
    )


def _ask(ledger: Change, number: str, to: Stage, decide: Callable[[Evidence], Decision]) -> None:
    decision = decide(collect_evidence(ledger.connection, ledger.model, number))
    if not decision.allowed:
        raise PromotionRefusedError(ledger.model, number, to, decision.reasons)


def _enter(
    ledger: Change,
    version: sa.Row[Any],
    to: Stage,
    *,
    holder: sa.Row[Any] | None,
    automatic: bool,
) -> StageMove:
    if holder is None:
        return apply_move(ledger, version, to, automatic=automatic)
    # The old holder leaves first: the database allows one at any moment.
    apply_move(ledger, holder, Stage.ARCHIVED, automatic=automatic)
    return apply_move(ledger, version, to, replaced=holder.number, automatic=automatic)


def _holder(ledger: Change, expected: Expected) -> sa.Row[Any] | None:
    holder = holder_row(ledger.connection, ledger.model_id, Stage.PRODUCTION)
    actual = None if holder is None else holder.number
    if expected is not UNSET and expected != actual:
        raise StageConflictError(ledger.model, Stage.PRODUCTION, expected, actual)
    return holder


def _earlier(ledger: Change, holder: str, to: str | None) -> sa.Row[Any]:
    window = window_in(history_of(ledger.connection, ledger.model_id))
    rows = {number: version_row(ledger.connection, ledger.model, number) for number in window}
    shown = ", ".join(window) or "none"
    if to is not None:
        if to not in rows:
            detail = f"{to} is not one of the last earlier holders of production ({shown})"
            raise NothingToRollBackError(ledger.model, detail)
        return rows[to]
    for row in rows.values():
        if row.barred_reason is None:
            return row
    detail = f"{holder} has no earlier holder that was not rolled back itself ({shown})"
    raise NothingToRollBackError(ledger.model, detail)
