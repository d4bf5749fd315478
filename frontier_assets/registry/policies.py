"""The policies of each model, by digest: what its YAML said when it was last recorded."""

import functools
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

# Built once: every decision runs them.
_CURRENT = Prepared(
    sa.select(models, policies.c.document)
    .outerjoin(policies, policies.c.digest == models.c.policy_digest)
    .where(models.c.id == sa.bindparam("of_model"))
)
_DOCUMENT = sa.select(policies.c.document).where(policies.c.digest == sa.bindparam("wanted"))


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
    return policy_in(model_row(connection, model))


def model_row(connection: sa.Connection, model: int) -> sa.Row[Any]:
    """Return the row of the model with this row id, and the document of its current policy."""
    row: sa.Row[Any] = _CURRENT(connection, {"of_model": model}).one()
    return row


def policy_in(row: sa.Row[Any]) -> ModelSpecification | None:
    """Read the current policy from a `model_row`."""
    return None if row.policy_digest is None else _read(row.policy_digest, row.document)


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
        return _parsed(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise InvalidValueError(
            "Recorded policy",
            digest,
            f"this release does not read it ({place}: {first['msg']}); use the release that "
            "recorded it, or record the YAML again with `frontier sync`",
        ) from error


@functools.lru_cache(maxsize=128)
def _parsed(document: str) -> ModelSpecification:
    # Every decision reads the same few; the values are immutable.
    return ModelSpecification.from_canonical(json.loads(document))
