"""One version's move inside an open change: what is asked, by whom it is allowed, who leaves."""

import dataclasses
import enum
from collections.abc import Callable
from typing import Any, Final, Literal

import sqlalchemy as sa

from frontier_assets.errors import (
    ModelFrozenError,
    NothingToRollBackError,
    PromotionRefusedError,
    StageConflictError,
    StageTransitionError,
)
from frontier_assets.registry.approvals import consume
from frontier_assets.registry.evidence import Decision, Evidence, collect_evidence
from frontier_assets.registry.ledger import Change
from frontier_assets.registry.lookup import holder_row, version_row
from frontier_assets.registry.moves import StageMove, Step, apply_moves, window_of
from frontier_assets.signatures import AllowedSigners
from frontier_assets.types import Stage

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


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """Where versions are to go, and what decides whether they may."""

    to: Stage
    decide: Callable[[Evidence], Decision]
    signers: AllowedSigners | None
    expected: Expected = UNSET
    automatic: bool = False


def move(ledger: Change, number: str, request: Request) -> StageMove:
    """Move a version if the request allows it; one that is there already is left alone."""
    to = request.to
    version = version_row(ledger.connection, ledger.model, number)
    source = Stage(version.stage)
    if source is to:
        return _unchanged(ledger, number, to, automatic=request.automatic)
    holder = expected_holder(ledger, request.expected)
    if to not in ALLOWED[source]:
        raise StageTransitionError(f"{ledger.model}@{number}", source, to, ALLOWED[source])
    evidence = collect_evidence(
        ledger.connection, version, holder, request.signers, owner=ledger.owner
    )
    _ask(evidence, to, request.decide)
    consume(ledger, number, to, evidence.approvals)
    replaced = holder if to is Stage.PRODUCTION else None
    return _enter(ledger, version, to, holder=replaced, automatic=request.automatic)


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


def _ask(evidence: Evidence, to: Stage, decide: Callable[[Evidence], Decision]) -> None:
    version = evidence.version
    if evidence.frozen is not None and to.is_promoted_to:
        frozen = evidence.frozen
        raise ModelFrozenError(version.model, frozen.frozen_by, frozen.frozen_at, frozen.reason)
    decision = decide(evidence)
    if not decision.allowed:
        raise PromotionRefusedError(version.model, version.number, to, decision.reasons)


def _enter(
    ledger: Change,
    version: sa.Row[Any],
    to: Stage,
    *,
    holder: sa.Row[Any] | None,
    automatic: bool,
) -> StageMove:
    if holder is None:
        return apply_moves(ledger, Step(version, to), automatic=automatic)
    # The old holder leaves first: the database allows one at any moment.
    leaves, enters = Step(holder, Stage.ARCHIVED), Step(version, to, replaced=holder.number)
    return apply_moves(ledger, leaves, enters, automatic=automatic)


def expected_holder(ledger: Change, expected: Expected) -> sa.Row[Any] | None:
    """Return the row of production's holder, unless another was ``expected``."""
    holder = holder_row(ledger.connection, ledger.model_id, Stage.PRODUCTION)
    actual = None if holder is None else holder.number
    if expected is not UNSET and expected != actual:
        raise StageConflictError(ledger.model, Stage.PRODUCTION, expected, actual)
    return holder


def earlier_holder(ledger: Change, holder: str, to: str | None) -> sa.Row[Any]:
    """Return the row of the holder that production goes back to, or of the earlier one ``to``."""
    window = window_of(ledger.connection, ledger.model_id)
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
