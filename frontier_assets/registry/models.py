"""The models that the registry knows."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from frontier_assets.errors import InvalidValueError, ModelNotFoundError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.freezes import Freeze, freeze_in
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import models
from frontier_assets.specification import ModelDescription
from frontier_assets.types import Digest, checked_model_name


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """A model. ``change_sequence`` counts its state changes and equals its last audit entry.

    ``frozen`` says who stopped its promotions, None while nobody has.
    ``description`` is what was said of it without a YAML, which wins where there is one.
    """

    name: str
    change_sequence: int
    policy_digest: Digest | None
    created_at: datetime
    frozen: Freeze | None
    description: ModelDescription = dataclasses.field(hash=False)


class Models:
    """Creates, describes and finds models."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def ensure(self, name: str, *, actor: str) -> Model:
        """Return the model, creating it when it is missing."""
        checked_model_name(name)
        actor = checked_text("Actor", actor)
        try:
            with self._database.write() as connection:
                if _find(connection, name) is None:
                    _create(connection, name, actor)
        except IntegrityError:
            # On PostgreSQL somebody else can create it between the look and the insert.
            return self.get(name)
        return self.get(name)

    def get(self, name: str) -> Model:
        """Return the model.

        Raises:
            ModelNotFoundError: there is none of this name.
        """
        with self._database.read() as connection:
            row = _find(connection, name)
        if row is None:
            raise ModelNotFoundError(name)
        return _model(row)

    def describe(self, name: str, description: ModelDescription, *, actor: str) -> None:
        """Say what a model without a YAML is; the same again changes nothing.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: it has a YAML, which describes it.
        """
        with open_change(self._database, name, actor=actor) as ledger:
            row = _find(ledger.connection, name)
            if row is None:
                raise ModelNotFoundError(name)
            if row.policy_digest is not None:
                remedy = "its YAML describes it: change that, then `frontier sync` records it"
                raise InvalidValueError("Model", name, remedy)
            before, after = _model(row).description, description.canonical_values()
            if before == description:
                return
            changed = sa.update(models).where(models.c.id == row.id)
            ledger.connection.execute(changed.values(description=after))
            ledger.record(
                AuditAction.MODEL_DESCRIBED, before=before.canonical_values(), after=after
            )

    def list(self) -> list[Model]:
        """Return every model, ordered by name."""
        with self._database.read() as connection:
            return [_model(row) for row in connection.execute(sa.select(models).order_by("name"))]


def model_id(connection: sa.Connection, name: str) -> int:
    """Return the row id of a model, or raise `ModelNotFoundError`."""
    found = _ID_BY_NAME(connection, {"name": name}).first()
    if found is None:
        raise ModelNotFoundError(name)
    return int(found.id)


def all_models(connection: sa.Connection) -> list[int]:
    """Return the row id of every model."""
    return list(connection.scalars(sa.select(models.c.id).order_by(models.c.id)))


# Built once: most operations ask this first.
_BY_NAME = sa.select(models).where(models.c.name == sa.bindparam("name"))
_ID_BY_NAME = Prepared(sa.select(models.c.id).where(models.c.name == sa.bindparam("name")))


def _find(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    return connection.execute(_BY_NAME, {"name": name}).one_or_none()


def _create(connection: sa.Connection, name: str, actor: str) -> None:
    now = datetime.now(UTC)
    created = connection.execute(
        sa.insert(models)
        .values(name=name, change_sequence=0, version_sequence=0, created_at=now)
        .returning(models.c.id)
    ).scalar_one()
    first = Change(connection, name, created, actor, "", None, now)
    first.record(AuditAction.MODEL_CREATED, after={"name": name})
    first.append()


def _model(row: sa.Row[Any]) -> Model:
    digest = Digest(row.policy_digest) if row.policy_digest else None
    description = ModelDescription.model_validate(row.description or {})
    frozen = freeze_in(row)
    return Model(row.name, row.change_sequence, digest, row.created_at, frozen, description)
