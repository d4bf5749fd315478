"""The history of stage moves: writing one, and answering questions from the history alone."""

import dataclasses
import itertools
import operator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.ledger import AuditAction, Change
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import stage_moves, versions
from frontier_assets.types import Stage

WINDOW = 3

# Built once: every move, and the evidence for one, runs them.
_BARRED: sa.BindParameter[str | None] = sa.bindparam("barred_reason", type_=sa.Text)
_PLACE = Prepared(
    sa.update(versions)
    .where(versions.c.id == sa.bindparam("moved"))
    .values(
        stage=sa.bindparam("stage"),
        barred_reason=sa.func.coalesce(_BARRED, versions.c.barred_reason),
    )
)
_INSERT = Prepared(sa.insert(stage_moves))
_MOVES = (
    sa.select(stage_moves, versions.c.number.label("version"))
    .join(versions, versions.c.id == stage_moves.c.version_id)
    .order_by(stage_moves.c.sequence)
)
_OF_MODEL = _MOVES.where(stage_moves.c.model_id == sa.bindparam("of_model"))
_OF_VERSION = Prepared(_MOVES.where(stage_moves.c.version_id == sa.bindparam("of_version")))


@dataclasses.dataclass(frozen=True, slots=True)
class StageMove:
    """A version's move from ``source`` to ``target``.

    ``replaced`` is the version that left production for it. ``changed`` is false when it was there
    already. ``sequence`` is that of the audit entry (without a change, of the model's last one).
    """

    version: str
    source: Stage
    target: Stage
    replaced: str | None
    changed: bool
    sequence: int
    actor: str
    reason: str
    run_id: str | None
    automatic: bool
    at: datetime


_FIELDS = [field.name for field in dataclasses.fields(StageMove) if field.name != "changed"]
_VALUES = operator.attrgetter(*_FIELDS)
_KEPT = [name for name in _FIELDS if name != "version"]


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What is to be done to the version of a row: ``replaced`` leaves production for it.

    With a ``barred_reason`` it is barred from automatic promotion.
    """

    version: sa.Row[Any]
    target: Stage
    replaced: str | None = None
    barred_reason: str | None = None


def apply_moves(ledger: Change, *steps: Step, automatic: bool = False) -> StageMove:
    """Move versions without asking, one after the other, and return the last move.

    All are recorded in the history and in the audit trail.
    """
    places = [
        {
            "moved": step.version.id,
            "stage": step.target.value,
            "barred_reason": step.barred_reason,
        }
        for step in steps
    ]
    _PLACE.each(ledger.connection, places)
    moves = [_recorded(ledger, step, automatic=automatic) for step in steps]
    kept = [
        {
            **{name: getattr(move, name) for name in _KEPT},
            "model_id": ledger.model_id,
            "version_id": step.version.id,
        }
        for move, step in zip(moves, steps, strict=True)
    ]
    _INSERT.each(ledger.connection, kept)
    return moves[-1]


def _recorded(ledger: Change, step: Step, *, automatic: bool) -> StageMove:
    version, target = step.version, step.target
    bar = {} if step.barred_reason is None else {"barred_reason": step.barred_reason}
    sequence = ledger.record(
        AuditAction.STAGE_MOVED,
        version=version.number,
        before={"stage": version.stage},
        after={"stage": target, "replaced": step.replaced, "automatic": automatic, **bar},
    )
    return StageMove(
        version=version.number,
        source=Stage(version.stage),
        target=target,
        replaced=step.replaced,
        changed=True,
        sequence=sequence,
        actor=ledger.actor,
        reason=ledger.reason,
        run_id=ledger.run_id,
        automatic=automatic,
        at=ledger.at,
    )


def history_of(
    connection: sa.Connection, model: int, at: datetime | None = None
) -> list[StageMove]:
    """Return the moves of the model with this row id, oldest first, up to and including ``at``.

    The order is that of their sequences, whatever the clocks said: a move with an earlier time
    than one before it, which no release writes any more, counts from the later time.
    """
    moves = [_move(row) for row in connection.execute(_OF_MODEL, {"of_model": model})]
    return [*itertools.takewhile(lambda move: at is None or move.at <= at, moves)]


def moves_of(connection: sa.Connection, version: int) -> list[StageMove]:
    """Return the moves of the version with this row id, oldest first."""
    return [_move(row) for row in _OF_VERSION(connection, {"of_version": version})]


def holder_in(history: list[StageMove], stage: Stage) -> str | None:
    """Return the version that entered ``stage`` last, of those that had not left it again."""
    inside: dict[str, None] = {}
    for move in history:
        inside.pop(move.version, None)
        if move.target is stage:
            inside[move.version] = None
    return next(reversed(inside), None)


def window_in(history: list[StageMove]) -> list[str]:
    """Return the last `WINDOW` holders of production before the present one, newest first."""
    entered = [move.version for move in reversed(history) if move.target is Stage.PRODUCTION]
    holder = holder_in(history, Stage.PRODUCTION)
    earlier = dict.fromkeys(version for version in entered if version != holder)
    return list(earlier)[:WINDOW]


def window_of(connection: sa.Connection, model: int) -> list[str]:
    """Return the rollback window of the model with this row id; deleted versions are not in it."""
    gone = sa.select(versions.c.number).where(
        versions.c.model_id == model, versions.c.deleted_at.is_not(None)
    )
    deleted = set(connection.scalars(gone))
    history = history_of(connection, model)
    return window_in([move for move in history if move.version not in deleted])


def _move(row: sa.Row[Any]) -> StageMove:
    values = dict(zip(_FIELDS, _VALUES(row), strict=True))
    values["source"], values["target"] = Stage(values["source"]), Stage(values["target"])
    return StageMove(changed=True, **values)
