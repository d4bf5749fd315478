"""Evaluations and conversions that came to nothing: kept in the audit trail, which forgets none."""

import dataclasses
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import artifacts, audit, versions
from frontier_assets.types import Outcome

Kind = Literal["evaluation", "conversion"]
_ACTIONS: dict[Kind, AuditAction] = {
    "evaluation": AuditAction.EVALUATION_FAILED,
    "conversion": AuditAction.CONVERSION_FAILED,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a version; ``subject`` is the data set or the conversion target."""

    version: str
    kind: Kind
    subject: str
    message: str
    run_id: str | None
    at: datetime


class Failures:
    """Records what could not be done to a version, and counts it."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def record(
        self,
        model: str,
        number: str,
        *,
        kind: Kind,
        subject: str,
        message: str,
        actor: str,
        run_id: str | None = None,
    ) -> None:
        """Record a failure with its message.

        Raises:
            VersionNotFoundError: there is no such version.
        """
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            version_row(ledger.connection, model, number)
            after = {"subject": subject, "message": message}
            ledger.record(_ACTIONS[kind], version=number, after=after)

    def list(self, model: str, kind: Kind) -> list[Failure]:
        """Return a model's failures of one kind, oldest first."""
        with self._database.read() as connection:
            model_id(connection, model)
            query = (
                sa.select(audit)
                .where(audit.c.model == model, audit.c.action == _ACTIONS[kind])
                .order_by(audit.c.sequence)
            )
            return [
                Failure(row.version, kind, **row.after, run_id=row.run_id, at=row.at)
                for row in connection.execute(query)
            ]

    def conversion_success_rate(self, model: str) -> float | None:
        """Return the fraction of a model's conversions that were made and proved.

        None before the first one has ended. One that could not be proved here counts for neither.
        """
        failed = len(self.list(model, "conversion"))
        with self._database.read() as connection:
            query = (
                sa.select(artifacts.c.outcome, sa.func.count())
                .join(versions, versions.c.id == artifacts.c.version_id)
                .where(versions.c.model_id == model_id(connection, model))
                .group_by(artifacts.c.outcome)
            )
            outcomes = {row[0]: row[1] for row in connection.execute(query)}
        passed = outcomes.get(Outcome.PASSED.value, 0)
        ended = passed + outcomes.get(Outcome.FAILED.value, 0) + failed
        return passed / ended if ended else None
