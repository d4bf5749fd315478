"""What holds versions and checkpoints: deletion refuses them, whatever a policy says.

Held is a version that is staged, in production, in the rollback window, the head of its branch or
pinned; and a checkpoint that such a version was made from, that is pinned, or that a training run
which has not ended would resume from.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.lookup import latest_row
from frontier_assets.registry.moves import history_of, window_in
from frontier_assets.registry.pins import PinSubject, pins_of
from frontier_assets.registry.tables import checkpoints, training_runs, versions
from frontier_assets.types import BuildStatus, Stage

Holds = dict[str, tuple[str, ...]]
_HELD_STAGES = {Stage.STAGING.value: "is staged", Stage.PRODUCTION.value: "is in production"}


def protected_versions(connection: sa.Connection, model: int) -> Holds:
    """Return what holds versions of the model with this row id, by number."""
    return _gathered(_version_holds(connection, model))


def protected_checkpoints(connection: sa.Connection, model: int) -> Holds:
    """Return what holds checkpoints of the model with this row id, by key."""
    return _gathered(_checkpoint_holds(connection, model))


def _version_holds(connection: sa.Connection, model: int) -> Iterator[tuple[str, str]]:
    rows = connection.execute(
        sa.select(versions.c.number, versions.c.stage, versions.c.branch)
        .where(versions.c.model_id == model)
        .order_by(versions.c.sequence)
    ).all()
    for row in rows:
        if row.stage in _HELD_STAGES:
            yield row.number, _HELD_STAGES[row.stage]
    for number in window_in(history_of(connection, model)):
        yield number, "is in the rollback window"
    for branch in dict.fromkeys(row.branch for row in rows):
        head = latest_row(connection, model, branch)
        if head is not None:
            yield head.number, f"is the head of branch {branch}"
    for pin in pins_of(connection, model, PinSubject.VERSION):
        yield pin.name, pin.described()


def _checkpoint_holds(connection: sa.Connection, model: int) -> Iterator[tuple[str, str]]:
    holds = protected_versions(connection, model)
    made_from = sa.select(versions.c.number, versions.c.checkpoint).where(
        versions.c.model_id == model, versions.c.checkpoint.is_not(None)
    )
    for row in connection.execute(made_from.order_by(versions.c.sequence)):
        for why in holds.get(row.number, ()):
            yield row.checkpoint, f"version {row.number}, made from it, {why}"
    for pin in pins_of(connection, model, PinSubject.CHECKPOINT):
        yield pin.name, f"it {pin.described()}"
    for row in connection.execute(_resumable(model)):
        yield f"{row.run}-step-{row.step}", f"training run {row.run} would resume from it"


def _resumable(model: int) -> sa.Select[Any]:
    """Return the query for what each training run saved last that has not ended."""
    newest = (
        sa.select(sa.func.max(checkpoints.c.id))
        .join(
            training_runs,
            sa.and_(
                training_runs.c.model_id == checkpoints.c.model_id,
                training_runs.c.name == checkpoints.c.run,
            ),
        )
        .where(
            checkpoints.c.model_id == model,
            training_runs.c.status == BuildStatus.TRAINING.value,
        )
        .group_by(checkpoints.c.run)
    )
    return sa.select(checkpoints.c.run, checkpoints.c.step).where(checkpoints.c.id.in_(newest))


def _gathered(holds: Iterator[tuple[str, str]]) -> Holds:
    found: dict[str, list[str]] = {}
    for name, why in holds:
        found.setdefault(name, []).append(why)
    return {name: tuple(reasons) for name, reasons in found.items()}
