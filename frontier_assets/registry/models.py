"""The models that the registry knows."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from frontier_assets.errors import ModelNotFoundError
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change
from frontier_assets.registry.tables import models
from frontier_assets.types import Digest, checked_model_name


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """A model. ``change_sequence`` counts its state changes and equals its last audit entry."""

    name: str
    change_sequence: int
    policy_digest: Digest | None
    created_at: datetime


class Models:
    """Creates and finds models."""

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

    def list(self) -> list[Model]:
        """Return every model, ordered by name."""
        with self._database.read() as connection:
            return [_model(row) for row in connection.execute(sa.select(models).order_by("name"))]


def model_id(connection: sa.Connection, name: str) -> int:
    """Return the row id of a model, or raise `ModelNotFoundError`."""
    row = _find(connection, name)
    if row is None:
        raise ModelNotFoundError(name)
    return int(row.id)


# Built once: most operations ask this first.
_BY_NAME = sa.select(models).where(models.c.name == sa.bindparam("name"))


def _find(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    return connection.execute(_BY_NAME, {"name": name}).one_or_none()


def _create(connection: sa.Connection, name: str, actor: str) -> None:
    now = datetime.now(UTC)
    created = connection.execute(
        sa.insert(models)
        .values(name=name, change_sequence=0, version_sequence=0, created_at=now)
        .returning(models.c.id)
    ).scalar_one()
    first = Change(connection, name, created, actor, "", None, now, sequence=0)
    first.record(AuditAction.MODEL_CREATED, after={"name": name})


def _model(row: sa.Row[Any]) -> Model:
    digest = Digest(row.policy_digest) if row.policy_digest else None
    return Model(row.name, row.change_sequence, digest, row.created_at)
