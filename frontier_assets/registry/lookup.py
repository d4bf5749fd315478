"""From a ref or a number to the row of a version."""

import dataclasses
import operator
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import (
    BranchNotFoundError,
    InvalidValueError,
    VersionDeletedError,
    VersionNotFoundError,
)
from frontier_assets.registry.columns import written_out
from frontier_assets.registry.models import model_id
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import branches, models, stage_moves, versions
from frontier_assets.types import (
    MAIN,
    BuildStatus,
    ChangeClass,
    Digest,
    Ref,
    Selector,
    Stage,
    Version,
    VersionNumber,
)

_FIELDS = [field.name for field in dataclasses.fields(Version)]
# By their places, all at once: long lists of versions are read.
_PLACES = {name: place for place, name in enumerate([*versions.c.keys(), "model"])}
_VALUES = operator.itemgetter(*(_PLACES[name] for name in _FIELDS))


def to_version(row: sa.Row[Any]) -> Version:
    """Build the value from a row of `select_versions`."""
    return _version(dict(zip(_FIELDS, _VALUES(row), strict=True)))


def version_of(columns: Mapping[str, Any]) -> Version:
    """Build the value from the columns of a new version, as they were written."""
    return _version({name: columns[name] for name in _FIELDS if name in columns})


def _version(values: dict[str, Any]) -> Version:
    policy = values["policy_digest"]
    values["change"] = ChangeClass(values["change"])
    values["build_status"] = BuildStatus(values["build_status"])
    values["stage"] = Stage(values["stage"])
    values["digest"] = Digest(values["digest"])
    values["policy_digest"] = None if policy is None else Digest(policy)
    return Version(**values)


# The queries that most operations begin with are built once: building one takes longer than
# running it. The model's name is no join: of a join, SQLite reads all versions to find the highest.
_MODEL = sa.select(models.c.name).where(models.c.id == versions.c.model_id).scalar_subquery()
_VERSIONS = sa.select(versions, _MODEL.label("model"))
_OF_MODEL = _VERSIONS.where(versions.c.model_id == sa.bindparam("of_model"))
_OWNER = sa.select(models.c.id).where(models.c.name == sa.bindparam("name")).scalar_subquery()
# There is an index by number that begins with its parts.
_PARTS = ("major", "minor", "patch")
_NUMBERED = [versions.c[name] == sa.bindparam(name) for name in (*_PARTS, "number")]
_BY_NAME = Prepared(_VERSIONS.where(versions.c.model_id == _OWNER, *_NUMBERED))
_BY_NUMBER = Prepared(_OF_MODEL.where(*_NUMBERED))
_BY_SEQUENCE = Prepared(_OF_MODEL.where(versions.c.sequence == sa.bindparam("value")))
_LIVING = versions.c.deleted_at.is_(None)
_LAST_ID = (
    sa.select(models.c.last_version_id)
    .where(models.c.id == sa.bindparam("of_model"))
    .scalar_subquery()
)
_LAST = Prepared(_OF_MODEL.where(versions.c.id == _LAST_ID))
# Pre-releases of one release are counted in the order of their registration.
_HIGHEST = _OF_MODEL.order_by(*(versions.c[name].desc() for name in (*_PARTS, "sequence"))).limit(1)
_HIGHEST_ON_MAIN = _HIGHEST.where(versions.c.branch == MAIN)
_HEAD = Prepared(
    _HIGHEST.where(
        _LIVING,
        versions.c.branch == sa.bindparam("branch"),
        versions.c.branch != written_out(MAIN),
    )
)


def _holders(stage: Stage) -> sa.Select[Any]:
    """Return the query for the version that entered ``stage`` last, of those that are in it."""
    name = written_out(stage.value)
    inside = _OF_MODEL.where(versions.c.stage == name)
    if stage is Stage.PRODUCTION:
        return inside
    inside = inside.where(_LIVING)
    entered = (
        sa.select(sa.func.coalesce(sa.func.max(stage_moves.c.sequence), 0))
        .where(stage_moves.c.version_id == versions.c.id, stage_moves.c.target == name)
        .scalar_subquery()
    )
    return inside.order_by(entered.desc(), versions.c.sequence.desc()).limit(1)


_HOLDERS = {stage: Prepared(_holders(stage)) for stage in Stage}


def select_versions(model: int) -> sa.Select[Any]:
    """Return the query for all versions of the model with this row id; not for deleted ones."""
    return select_recorded(model).where(_LIVING)


def select_recorded(model: int) -> sa.Select[Any]:
    """Return the query for all versions that there ever were, for what speaks of the past."""
    return (
        sa.select(versions, models.c.name.label("model"))
        .join(models, models.c.id == versions.c.model_id)
        .where(versions.c.model_id == model)
    )


def version_row(connection: sa.Connection, model: str, number: str) -> sa.Row[Any]:
    """Return the row of a version by number, or raise the error that says what is missing."""
    return living(recorded_row(connection, model, number), number)


def recorded_row(connection: sa.Connection, model: str, number: str) -> sa.Row[Any]:
    """Return the row of a version that may have been deleted, or raise `VersionNotFoundError`."""
    numbered = _numbered(number)
    row = None if numbered is None else _BY_NAME(connection, {"name": model, **numbered}).first()
    if row is None:
        model_id(connection, model)
        raise VersionNotFoundError(model, number)
    found: sa.Row[Any] = row
    return found


def living(row: sa.Row[Any], asked: str) -> sa.Row[Any]:
    """Return a row of `select_recorded`, or raise the error that says who deleted the version."""
    if row.deleted_at is None:
        return row
    raise VersionDeletedError(
        row.model,
        asked,
        deleted_at=row.deleted_at,
        deleted_by=row.deleted_by,
        reason=row.deleted_reason,
    )


def latest_row(connection: sa.Connection, model: int, branch: str = MAIN) -> sa.Row[Any] | None:
    """Return the row of the highest number on main, or on a branch that was ever there."""
    if branch != MAIN:
        return _HEAD(connection, {"of_model": model, "branch": branch}).one_or_none()
    last = last_row(connection, model)
    if last is None or last.deleted_at is None:
        return last
    # Main's latest is never deleted alone. Were all deleted, a lower number may have come since.
    living = _HIGHEST_ON_MAIN.where(_LIVING)
    return connection.execute(living, {"of_model": model}).one_or_none()


def last_row(connection: sa.Connection, model: int) -> sa.Row[Any] | None:
    """Return the row of the highest number that was ever given on main; numbers go on there."""
    last: sa.Row[Any] | None = _LAST(connection, {"of_model": model}).first()
    if last is not None:
        return last
    # There is none yet, or somebody took its row away; its sequence is not given again either.
    return connection.execute(_HIGHEST_ON_MAIN, {"of_model": model}).one_or_none()


def is_used(connection: sa.Connection, model: int, number: VersionNumber) -> bool:
    """Tell whether a version of the model with this row id ever had this number."""
    return bool(_BY_NUMBER(connection, {"of_model": model, **_parts(number)}))


def branch_row(connection: sa.Connection, model: str, name: str) -> sa.Row[Any]:
    """Return the row of a branch that is not deleted, or raise the error that says it is not."""
    row = _live_branch(connection, model_id(connection, model), name)
    if row is None:
        raise BranchNotFoundError(model, name)
    return row


def head_row(connection: sa.Connection, model: int, branch: str) -> sa.Row[Any] | None:
    """Return the row of main's latest version or of a branch's head; None for no such branch.

    The head of a branch without versions is its source.
    """
    if branch == MAIN:
        return latest_row(connection, model)
    live = _live_branch(connection, model, branch)
    if live is None:
        return None
    latest = latest_row(connection, model, branch)
    return latest or _by_number(connection, model, live.source)


def _live_branch(connection: sa.Connection, model: int, name: str) -> sa.Row[Any] | None:
    query = sa.select(branches).where(
        branches.c.model_id == model, branches.c.name == name, branches.c.deleted_at.is_(None)
    )
    return connection.execute(query).one_or_none()


def _by_number(connection: sa.Connection, model: int, number: str) -> sa.Row[Any] | None:
    numbered = _numbered(number)
    if numbered is None:
        return None
    row = _BY_NUMBER(connection, {"of_model": model, **numbered}).first()
    return None if row is None else living(row, number)


def _by_sequence(connection: sa.Connection, model: int, sequence: str) -> sa.Row[Any] | None:
    row = _BY_SEQUENCE(connection, {"of_model": model, "value": int(sequence)}).first()
    return None if row is None else living(row, sequence)


def _numbered(text: str) -> dict[str, Any] | None:
    """Return the values by which a number is looked for; None for a text that is no number."""
    try:
        return _parts(VersionNumber.parse(text)) | {"number": text}
    except InvalidValueError:
        return None


def _parts(number: VersionNumber) -> dict[str, Any]:
    return {
        "major": number.major,
        "minor": number.minor,
        "patch": number.patch,
        "number": str(number),
    }


def holder_row(connection: sa.Connection, model: int, stage: Stage) -> sa.Row[Any] | None:
    """Return the row of the version that entered ``stage`` last, of those that are in it."""
    return _HOLDERS[stage](connection, {"of_model": model}).one_or_none()


def resolve(connection: sa.Connection, ref: Ref) -> sa.Row[Any] | None:
    """Return the row that a ref points at; None when there is none.

    Raises:
        VersionDeletedError: the ref names a version that was deleted.
        InvalidValueError: a digest prefix fits versions of different digests.
    """
    model = model_id(connection, ref.model)
    if ref.selector is Selector.LATEST:
        return latest_row(connection, model)
    if ref.selector is Selector.STAGE:
        return holder_row(connection, model, Stage(ref.value))
    if ref.selector is Selector.BRANCH:
        return head_row(connection, model, ref.value)
    if ref.selector is Selector.DIGEST:
        return _by_digest(connection, model, ref.value)
    if ref.selector is Selector.NUMBER:
        return _by_number(connection, model, ref.value)
    return _by_sequence(connection, model, ref.value)


def required(connection: sa.Connection, ref: Ref) -> sa.Row[Any]:
    """Return the row that a ref points at, or raise the error that says what is missing."""
    row = resolve(connection, ref)
    if row is None:
        raise VersionNotFoundError(ref.model, str(ref).partition("@")[2])
    return row


def _by_digest(connection: sa.Connection, model: int, prefix: str) -> sa.Row[Any] | None:
    # Not `LIKE`, for which SQLite uses no index. A digest has no letter above "f".
    between = (versions.c.digest >= prefix, versions.c.digest < f"{prefix}g")
    fits = select_versions(model).where(*between)
    rows = connection.execute(fits.order_by(versions.c.sequence.desc())).all()
    if not rows:
        deleted = select_recorded(model).where(versions.c.digest.startswith(prefix)).limit(1)
        row = connection.execute(deleted).one_or_none()
        return None if row is None else living(row, f"digest:{prefix}")
    if len({row.digest for row in rows}) > 1:
        fitting = ", ".join(f"{row.number} ({row.digest})" for row in rows[:3])
        raise InvalidValueError("Digest prefix", prefix, f"it fits several, give more: {fitting}")
    return rows[0]
