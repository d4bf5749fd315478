"""The stages of each model's versions: moving, rolling back, and who holds or held which."""

from collections.abc import Callable, Iterable
from datetime import datetime

from frontier_assets.errors import InvalidValueError, NothingToRollBackError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.evidence import Decision, Evidence, collect_evidence
from frontier_assets.registry.ledger import open_change
from frontier_assets.registry.lookup import holder_row, recorded_row, to_version, version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.moves import StageMove, Step, apply_moves, history_of, holder_in
from frontier_assets.registry.policies import model_row
from frontier_assets.registry.transitions import (
    UNSET,
    Expected,
    Request,
    earlier_holder,
    expected_holder,
    move,
)
from frontier_assets.signatures import AllowedSigners
from frontier_assets.types import Stage, Version


class Stages:
    """Moves versions between stages, one transaction each, and answers from their history."""

    def __init__(self, database: Database, signers: AllowedSigners | None = None) -> None:
        """Work on ``database``; only the approvals of ``signers`` count."""
        self._database = database
        self._signers = signers

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
        one (None: nobody): that is asked first, for what the caller has seen since then is old. A
        version that is there already is left alone, unchecked.

        Raises:
            VersionNotFoundError: there is no such version.
            StageConflictError: production is held by another version than ``expected``.
            StageTransitionError: ``to`` is not a neighbour of the version's stage.
            ModelFrozenError: the model is frozen, and ``to`` is staging or production.
            PromotionRefusedError: ``decide`` refuses.
            InvalidValueError: ``actor`` or ``reason`` is empty, or ``expected`` has no meaning.
        """
        reason = checked_text("Reason", reason)
        if expected is not UNSET and to is not Stage.PRODUCTION:
            raise InvalidValueError("Expected holder", expected, "it is for production only")
        with open_change(
            self._database, model, actor=actor, reason=reason, run_id=run_id
        ) as ledger:
            request = Request(to, decide, self._signers, expected, automatic=automatic)
            return move(ledger, number, request)

    def move_several(
        self,
        model: str,
        numbers: Iterable[str],
        to: Stage,
        *,
        actor: str,
        reason: str,
        decide: Callable[[Evidence], Decision],
    ) -> list[StageMove]:
        """Move versions of a model as `move` does, all or none."""
        reason = checked_text("Reason", reason)
        with open_change(self._database, model, actor=actor, reason=reason) as ledger:
            request = Request(to, decide, self._signers)
            return [move(ledger, number, request) for number in numbers]

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
            holder = expected_holder(ledger, expected)
            if holder is None:
                raise NothingToRollBackError(model, "no version is in production")
            target = earlier_holder(ledger, holder.number, to)
            barred = f"rolled back: {reason}"
            leaves = Step(holder, Stage.ARCHIVED, barred_reason=barred)
            enters = Step(target, Stage.PRODUCTION, replaced=holder.number)
            return apply_moves(ledger, leaves, enters)

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
            return None if number is None else to_version(recorded_row(connection, model, number))

    def history(self, model: str, at: datetime | None = None) -> list[StageMove]:
        """Return the model's moves, oldest first; those up to ``at`` when it is given."""
        with self._database.read() as connection:
            until = None if at is None else _aware(at)
            return history_of(connection, model_id(connection, model), until)

    def evidence(self, model: str, number: str) -> Evidence:
        """Return what a decision on this version would rest on now."""
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            holder = holder_row(connection, version.model_id, Stage.PRODUCTION)
            owner = model_row(connection, version.model_id)
            return collect_evidence(connection, version, holder, self._signers, owner=owner)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidValueError("Time", at.isoformat(), "expected a time zone, e.g. '+00:00'")
    return at
