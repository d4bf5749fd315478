"""What holds versions and checkpoints: deletion refuses them, whatever a policy says.

Held is a version that is staged, in production, in the rollback window, the head of main or of a
branch that is not deleted, in an experiment that has not ended, or pinned; and a checkpoint that
such a version was made from, that is pinned, or that a training run which has not ended would
resume from.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.experiment_records import versions_in_use
from frontier_assets.registry.lookup import head_row, select_versions
from frontier_assets.registry.moves import window_of
from frontier_assets.registry.pins import PinSubject, pins_of
from frontier_assets.registry.tables import branches, checkpoints, training_runs, versions
from frontier_assets.types import MAIN, BuildStatus, Stage

Holds = dict[str, tuple[str, ...]]
_HELD_STAGES = {
    Stage.STAGING.value: (
        "is staged",
        "`frontier promote {ref} --to development --reason WHY` takes it back",
    ),
    Stage.PRODUCTION.value: (
        "is in production",
        (
            "`frontier promote OTHER --to production --reason WHY` puts another version there, "
            "`frontier promote {ref} --to archived --reason WHY` none"
        ),
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Hold:
    """What holds the version or checkpoint called ``name``.

    ``remedy`` frees it, with ``{model}`` and ``{ref}`` to be filled in. ``for_others`` says that it
    is held for the sake of the model's other versions.
    """

    name: str
    why: str
    remedy: str = ""
    for_others: bool = False


def protected_versions(connection: sa.Connection, model: int) -> Holds:
    """Return what holds versions of the model with this row id, by number."""
    return _gathered((hold.name, hold.why) for hold in version_holds(connection, model))


def protected_checkpoints(connection: sa.Connection, model: int) -> Holds:
    """Return what holds checkpoints of the model with this row id, by key."""
    return _gathered(_checkpoint_holds(connection, model))


def version_holds(connection: sa.Connection, model: int) -> Iterator[Hold]:
    """Yield what holds versions of the model with this row id, version by version in each kind."""
    rows = connection.execute(select_versions(model).order_by(versions.c.sequence)).all()
    for row in rows:
        if row.stage in _HELD_STAGES:
            yield Hold(row.number, *_HELD_STAGES[row.stage])
    for number in window_of(connection, model):
        remedy = "put later versions into production until three others have left it"
        yield Hold(number, "is in the rollback window", remedy, for_others=True)
    live = sa.select(branches.c.name).where(
        branches.c.model_id == model, branches.c.deleted_at.is_(None)
    )
    for branch in (MAIN, *connection.scalars(live.order_by(branches.c.id))):
        head = head_row(connection, model, branch)
        if head is not None:
            yield Hold(
                head.number,
                f"is the head of branch {branch}",
                "register the next version, or let all of them go together with "
                "`frontier delete {model} --all-versions --reason WHY`",
                for_others=True,
            )
    for number, experiment in versions_in_use(connection, model):
        remedy = f"`frontier experiments stop {experiment} --reason WHY` ends it"
        yield Hold(number, f"takes part in experiment {experiment}", remedy)
    for pin in pins_of(connection, model, PinSubject.VERSION):
        yield Hold(pin.name, pin.described(), "`frontier unpin {ref}` takes the pin away")


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
