"""From a ref or a number to the row of a version, from a key to the row of a checkpoint."""

import dataclasses
import re
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import (
    CheckpointNotFoundError,
    InvalidValueError,
    VersionNotFoundError,
)
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import checkpoints, models, stage_moves, versions
from frontier_assets.types import (
    BuildStatus,
    ChangeClass,
    Digest,
    Ref,
    Selector,
    Stage,
    Version,
)

MAIN = "main"
_KEY = re.compile(r"(?P<run>.+)-step-(?P<step>0|[1-9][0-9]{0,17})")


def to_version(row: sa.Row[Any]) -> Version:
    """Build the value from a row of `select_versions`."""
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Version)}
    policy = row.policy_digest
    values |= {
        "change": ChangeClass(row.change),
        "build_status": BuildStatus(row.build_status),
        "stage": Stage(row.stage),
        "digest": Digest(row.digest),
        "policy_digest": None if policy is None else Digest(policy),
    }
    return Version(**values)


def select_versions(model: int) -> sa.Select[Any]:
    """Return the query for all versions of the model with this row id."""
    return (
        sa.select(versions, models.c.name.label("model"))
        .join(models, models.c.id == versions.c.model_id)
        .where(versions.c.model_id == model)
    )


def version_row(connection: sa.Connection, model: str, number: str) -> sa.Row[Any]:
    """Return the row of a version by number, or raise the error that says what is missing."""
    query = select_versions(model_id(connection, model)).where(versions.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise VersionNotFoundError(model, number)
    return row


def checkpoint_row(connection: sa.Connection, model: str, key: str) -> sa.Row[Any]:
    """Return the row of a checkpoint by its key, or raise the error that says what is missing."""
    owner = model_id(connection, model)
    parts = _KEY.fullmatch(key)
    row = None
    if parts is not None:
        wanted = (checkpoints.c.run == parts["run"], checkpoints.c.step == int(parts["step"]))
        query = sa.select(checkpoints).where(checkpoints.c.model_id == owner, *wanted)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise CheckpointNotFoundError(model, key)
    return row


def latest_row(connection: sa.Connection, model: int, branch: str = MAIN) -> sa.Row[Any] | None:
    """Return the row of the highest number on a branch."""
    order = (versions.c.major.desc(), versions.c.minor.desc(), versions.c.patch.desc())
    query = select_versions(model).where(versions.c.branch == branch).order_by(*order).limit(1)
    return connection.execute(query).one_or_none()


def holder_row(connection: sa.Connection, model: int, stage: Stage) -> sa.Row[Any] | None:
    """Return the row of the version that entered ``stage`` last, of those that are in it."""
    entered = (
        sa.select(sa.func.coalesce(sa.func.max(stage_moves.c.sequence), 0))
        .where(stage_moves.c.version_id == versions.c.id, stage_moves.c.target == stage.value)
        .scalar_subquery()
    )
    order = (entered.desc(), versions.c.sequence.desc())
    query = select_versions(model).where(versions.c.stage == stage.value).order_by(*order).limit(1)
    return connection.execute(query).one_or_none()


def resolve(connection: sa.Connection, ref: Ref) -> sa.Row[Any] | None:
    """Return the row that a ref points at; None when there is none.

    Raises:
        InvalidValueError: a digest prefix fits versions of different digests.
    """
    model = model_id(connection, ref.model)
    if ref.selector is Selector.LATEST:
        return latest_row(connection, model)
    if ref.selector is Selector.STAGE:
        return holder_row(connection, model, Stage(ref.value))
    if ref.selector is Selector.BRANCH:
        return latest_row(connection, model, ref.value)
    if ref.selector is Selector.DIGEST:
        return _by_digest(connection, model, ref.value)
    column = versions.c.number if ref.selector is Selector.NUMBER else versions.c.sequence
    value = ref.value if ref.selector is Selector.NUMBER else int(ref.value)
    return connection.execute(select_versions(model).where(column == value)).one_or_none()


def _by_digest(connection: sa.Connection, model: int, prefix: str) -> sa.Row[Any] | None:
    fits = select_versions(model).where(versions.c.digest.startswith(prefix))
    rows = connection.execute(fits.order_by(versions.c.sequence.desc())).all()
    if len({row.digest for row in rows}) > 1:
        fitting = ", ".join(f"{row.number} ({row.digest})" for row in rows[:3])
        raise InvalidValueError("Digest prefix", prefix, f"it fits several, give more: {fitting}")
    return rows[0] if rows else None
