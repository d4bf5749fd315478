"""The observations of each experiment: small ones as rows here, many as files in a store.

A row is what a service reports, and it is durable once `add` returns. Neither a row nor a delivery
that is repeated is a change of the model, so the audit trail has entries of files alone.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import ExperimentNotFoundError
from frontier_assets.registry.claims import Stored, claim, insert_new
from frontier_assets.registry.connection import Database
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.registry.ledger import AuditAction, open_change
from frontier_assets.registry.tables import experiments, observation_files, observations
from frontier_assets.types import Digest, ExperimentState

_STATE = sa.select(experiments.c.state).where(experiments.c.id == sa.bindparam("row"))


@dataclasses.dataclass(frozen=True, slots=True)
class Observation:
    """What one unit did at one time. ``delivery`` tells it from others of the same unit."""

    unit: str
    variant: str
    delivery: str
    at: datetime
    metrics: Mapping[str, float]
    segment: Mapping[str, str]
    received_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class ObservationFile:
    """Many observations in one Parquet file of a store."""

    digest: Digest
    store: str
    rows: int
    received_at: datetime


class Observations:
    """Records observations; a delivery that is repeated changes nothing."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def add(
        self,
        experiment: Experiment,
        *,
        unit: str,
        variant: str,
        delivery: str,
        at: datetime | None,
        metrics: Mapping[str, float],
        segment: Mapping[str, str],
    ) -> bool:
        """Record one observation, at the present time unless it says ``at``; was it a new one?

        Raises:
            ExperimentNotFoundError: the experiment has not begun.
        """
        with self._database.write() as connection:
            if connection.scalar(_STATE, {"row": experiment.row}) == ExperimentState.CREATED:
                raise ExperimentNotFoundError(experiment.id)
            now = datetime.now(UTC)
            values = {
                "experiment_id": experiment.row,
                "unit": unit,
                "variant": variant,
                "delivery": delivery,
                "at": at or now,
                "received_at": now,
                "metrics": dict(metrics),
                "segment": dict(segment),
            }
            return insert_new(connection, observations, values)

    def add_file(
        self,
        experiment: Experiment,
        stored: Stored,
        *,
        rows: int,
        received_at: datetime,
        actor: str,
    ) -> bool:
        """Record a stored file of observations; was it a new one?

        Raises:
            BlobsCollectedError: bytes of the file were deleted since its save began.
        """
        with open_change(self._database, experiment.model, actor=actor) as ledger:
            claim(ledger.connection, stored)
            values = {
                "experiment_id": experiment.row,
                **stored.columns(),
                "rows": rows,
                "received_at": received_at,
                "created_by": ledger.actor,
            }
            is_new = insert_new(ledger.connection, observation_files, values)
            if is_new:
                told = {"experiment": experiment.id, "digest": stored.digest, "rows": rows}
                ledger.record(AuditAction.OBSERVATIONS_STORED, after=told)
            return is_new

    def rows(self, experiment: Experiment) -> Sequence[Observation]:
        """Return the observations that were recorded one at a time, in that order."""
        query = sa.select(observations).where(observations.c.experiment_id == experiment.row)
        names = [field.name for field in dataclasses.fields(Observation)]
        with self._database.read() as connection:
            found = connection.execute(query.order_by(observations.c.id)).all()
        return [Observation(**{name: getattr(row, name) for name in names}) for row in found]

    def files(self, experiment: Experiment) -> list[ObservationFile]:
        """Return the files of observations, in the order in which they were recorded."""
        query = sa.select(observation_files).where(
            observation_files.c.experiment_id == experiment.row
        )
        with self._database.read() as connection:
            found = connection.execute(query.order_by(observation_files.c.id)).all()
        return [_file(row) for row in found]


def _file(row: sa.Row[Any]) -> ObservationFile:
    return ObservationFile(Digest(row.digest), row.store, row.rows, row.received_at)
