"""The policies of each model, by digest: what its YAML said when it was last recorded."""

import json
from typing import Any

import sqlalchemy as sa
from blake3 import blake3
from pydantic import ValidationError

from frontier_assets.errors import IntegrityError, InvalidValueError, PolicyNotFoundError
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, open_change
from frontier_assets.registry.models import model_id
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import models, policies
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Digest

_BY_ID = Prepared(sa.select(models).where(models.c.id == sa.bindparam("of_model")))
_DOCUMENT = sa.select(policies.c.document).where(policies.c.digest == sa.bindparam("wanted"))
_KNOWN, _KEPT = "frontier_policies", 128


class Policies:
    """Records policies; one of them is each model's current one."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def record(
        self, specification: ModelSpecification, *, actor: str, run_id: str | None = None
    ) -> Digest:
        """Make ``specification`` its model's current policy; nothing happens when it is already.

        Raises:
            ModelNotFoundError: the model has not been created.
        """
        digest = specification.digest
        with open_change(self._database, specification.name, actor=actor, run_id=run_id) as ledger:
            row = sa.select(models.c.policy_digest).where(models.c.id == ledger.model_id)
            before = ledger.connection.scalar(row)
            if before == digest:
                return digest
            known = sa.select(policies.c.id).where(policies.c.digest == digest)
            if ledger.connection.scalar(known) is None:
                ledger.connection.execute(
                    sa.insert(policies).values(
                        model_id=ledger.model_id,
                        digest=digest,
                        document=specification.canonical(),
                        recorded_at=ledger.at,
                        recorded_by=ledger.actor,
                        framework=specification.framework,
                    )
                )
            ledger.connection.execute(
                sa.update(models).where(models.c.id == ledger.model_id).values(policy_digest=digest)
            )
            ledger.record(
                AuditAction.POLICY_RECORDED,
                before={"policy_digest": before},
                after={"policy_digest": digest},
            )
        return digest

    def current(self, model: str) -> ModelSpecification | None:
        """Return the model's current policy; None before the first was recorded."""
        with self._database.read() as connection:
            return current_policy(connection, model_id(connection, model))

    def get(self, digest: str) -> ModelSpecification:
        """Return the policy of this digest.

        Raises:
            PolicyNotFoundError: it was never recorded.
        """
        with self._database.read() as connection:
            return _read(digest, connection.scalar(_DOCUMENT, {"wanted": digest}))


def current_policy(connection: sa.Connection, model: int) -> ModelSpecification | None:
    """Return the current policy of the model with this row id."""
    return policy_of(connection, model_row(connection, model))


def model_row(connection: sa.Connection, model: int) -> sa.Row[Any]:
    """Return the row of the model with this row id."""
    row: sa.Row[Any] = _BY_ID(connection, {"of_model": model}).one()
    return row


def policy_of(connection: sa.Connection, owner: sa.Row[Any]) -> ModelSpecification | None:
    """Return the current policy of the model of a row.

    Every decision asks for one of the same few. Its digest says what it is, so what a connection
    read and proved once is not read again there.
    """
    digest = owner.policy_digest
    if digest is None:
        return None
    known: dict[str, ModelSpecification] = connection.info.setdefault(_KNOWN, {})
    if digest not in known:
        if len(known) >= _KEPT:
            known.clear()
        known[digest] = _read(digest, connection.scalar(_DOCUMENT, {"wanted": digest}))
    return known[digest]


def is_recorded(connection: sa.Connection, digest: str) -> bool:
    """Tell whether a policy of this digest was ever recorded."""
    return (
        connection.scalar(sa.select(policies.c.id).where(policies.c.digest == digest)) is not None
    )


def _read(digest: str, document: str | None) -> ModelSpecification:
    if document is None:
        raise PolicyNotFoundError(digest)
    if blake3(document.encode()).hexdigest() != digest:
        raise IntegrityError(digest, "policies table", "the policy is not the one recorded")
    try:
        return ModelSpecification.from_canonical(json.loads(document))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise InvalidValueError(
            "Recorded policy",
            digest,
            f"this release does not read it ({place}: {first['msg']}); use the release that "
            "recorded it, or record the YAML again with `frontier sync`",
        ) from error
