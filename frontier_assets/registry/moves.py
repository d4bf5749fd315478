"""The history of stage moves: writing one, and answering questions from the history alone."""

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.columns import iso
from frontier_assets.registry.ledger import AuditAction, Change
from frontier_assets.registry.tables import stage_moves, versions
from frontier_assets.types import Stage

WINDOW = 3


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


def apply_move(
    ledger: Change,
    version: sa.Row[Any],
    target: Stage,
    *,
    replaced: str | None = None,
    automatic: bool = False,
    barred_reason: str | None = None,
) -> StageMove:
    """Move a version without asking, and record it in the history and in the audit trail."""
    bar = {} if barred_reason is None else {"barred_reason": barred_reason}
    ledger.connection.execute(
        sa.update(versions).where(versions.c.id == version.id).values(stage=target.value, **bar)
    )
    sequence = ledger.record(
        AuditAction.STAGE_MOVED,
        version=version.number,
        before={"stage": version.stage},
        after={"stage": target, "replaced": replaced, "automatic": automatic, **bar},
    )
    move = StageMove(
        version=version.number,
        source=Stage(version.stage),
        target=target,
        replaced=replaced,
        changed=True,
        sequence=sequence,
        actor=ledger.actor,
        reason=ledger.reason,
        run_id=ledger.run_id,
        automatic=automatic,
        at=ledger.at,
    )
    kept = dataclasses.asdict(move)
    del kept["version"], kept["changed"]
    kept |= {"model_id": ledger.model_id, "version_id": version.id}
    ledger.connection.execute(sa.insert(stage_moves).values(kept))
    return move


def history_of(
    connection: sa.Connection, model: int, at: datetime | None = None
) -> list[StageMove]:
    """Return the moves of the model with this row id, oldest first, up to and including ``at``."""
    query = (
        sa.select(stage_moves, versions.c.number.label("version"))
        .join(versions, versions.c.id == stage_moves.c.version_id)
        .where(stage_moves.c.model_id == model)
        .order_by(stage_moves.c.sequence)
    )
    if at is not None:
        query = query.where(sa.type_coerce(stage_moves.c.at, sa.String) <= iso(at))
    return [_move(row) for row in connection.execute(query)]


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


def _move(row: sa.Row[Any]) -> StageMove:
    names = {field.name for field in dataclasses.fields(StageMove)} - {"changed"}
    values = {name: getattr(row, name) for name in names}
    values |= {"source": Stage(row.source), "target": Stage(row.target)}
    return StageMove(changed=True, **values)
