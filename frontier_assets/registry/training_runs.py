"""The training runs of each model: who trains, what came of it, and why one failed."""

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError, TrainingRunNotFoundError
from frontier_assets.registry.canonical import readable
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import models, training_runs
from frontier_assets.types import BuildStatus, checked_segment


@dataclasses.dataclass(frozen=True, slots=True)
class TrainingRunRecord:
    """What is known of one training run. ``name`` is the run's name in its checkpoints' keys.

    ``status`` is ``training``, ``trained`` or ``failed``; ``problem`` says why it failed and is
    empty otherwise. ``version`` is the number registered from it, None where none was.
    """

    model: str
    name: str
    status: BuildStatus
    problem: str
    version: str | None
    run_id: str | None
    started_at: datetime
    ended_at: datetime | None


class TrainingRuns:
    """Records the beginning and the end of training runs; every change is safe to repeat."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def start(
        self, model: str, name: str, *, actor: str, run_id: str | None = None
    ) -> TrainingRunRecord:
        """Record that a run trains; one that ended, or was left by another process, starts again.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        checked_segment("Run name", name)
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            before = _find(ledger.connection, ledger.model, ledger.model_id, name)
            if before and before.status is BuildStatus.TRAINING and before.run_id == run_id:
                return before
            after = TrainingRunRecord(
                model, name, BuildStatus.TRAINING, "", None, run_id, ledger.at, None
            )
            return _write(ledger, AuditAction.TRAINING_STARTED, before, after)

    def finish(
        self,
        model: str,
        name: str,
        *,
        actor: str,
        version: str | None = None,
        run_id: str | None = None,
    ) -> TrainingRunRecord:
        """Record that a run has trained, and the number of the ``version`` registered from it.

        It wins over a failure that was reported before: who reports success has seen the end.

        Raises:
            TrainingRunNotFoundError: no run of this name was ever started.
        """
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            before = _required(ledger, name)
            if before.status is BuildStatus.TRAINED and before.version == version:
                return before
            after = dataclasses.replace(
                before,
                status=BuildStatus.TRAINED,
                problem="",
                version=version,
                ended_at=ledger.at,
            )
            return _write(ledger, AuditAction.TRAINING_FINISHED, before, after)

    def fail(
        self, model: str, name: str, problem: str, *, actor: str, run_id: str | None = None
    ) -> TrainingRunRecord:
        """Record why a run failed; nothing changes when it has ended already.

        Neither does anything when ``run_id`` is not the one that is training by now.

        Raises:
            TrainingRunNotFoundError: no run of this name was ever started.
        """
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            before = _required(ledger, name)
            if before.status is not BuildStatus.TRAINING or before.run_id != run_id:
                return before
            after = dataclasses.replace(
                before,
                status=BuildStatus.FAILED,
                problem=readable(problem),
                ended_at=ledger.at,
            )
            return _write(ledger, AuditAction.TRAINING_FAILED, before, after)

    def get(self, model: str, name: str) -> TrainingRunRecord:
        """Return the run of this name.

        Raises:
            ModelNotFoundError: there is no such model.
            TrainingRunNotFoundError: no run of this name was ever started.
        """
        with self._database.read() as connection:
            found = _find(connection, model, model_id(connection, model), name)
        if found is None:
            raise TrainingRunNotFoundError(model, name)
        return found

    def unfinished(self) -> list[TrainingRunRecord]:
        """Return the runs of every model that train, as far as anybody said, in one query."""
        query = sa.select(training_runs, models.c.name.label("model")).join(
            models, models.c.id == training_runs.c.model_id
        )
        training = query.where(training_runs.c.status == BuildStatus.TRAINING.value)
        with self._database.read() as connection:
            rows = connection.execute(training.order_by(training_runs.c.id)).all()
        return [_record(row.model, row) for row in rows]

    def list(
        self, model: str, *, status: BuildStatus | str | None = None
    ) -> list[TrainingRunRecord]:
        """Return the model's runs, oldest start first; those in one ``status`` if one is given.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidValueError: there is no such status.
        """
        wanted = None if status is None else _checked_status(status)
        with self._database.read() as connection:
            query = sa.select(training_runs).where(
                training_runs.c.model_id == model_id(connection, model)
            )
            if wanted is not None:
                query = query.where(training_runs.c.status == wanted.value)
            order = (training_runs.c.started_at, training_runs.c.id)
            rows = connection.execute(query.order_by(*order)).all()
        return [_record(model, row) for row in rows]


def _write(
    ledger: Change,
    action: AuditAction,
    before: TrainingRunRecord | None,
    after: TrainingRunRecord,
) -> TrainingRunRecord:
    values = dataclasses.asdict(after) | {"status": after.status.value}
    del values["model"]
    at = (training_runs.c.model_id == ledger.model_id, training_runs.c.name == after.name)
    ledger.connection.execute(
        sa.insert(training_runs).values(model_id=ledger.model_id, **values)
        if before is None
        else sa.update(training_runs).where(*at).values(values)
    )
    ledger.record(
        action,
        before={} if before is None else _audited(before),
        after={"name": after.name, **_audited(after)},
    )
    return after


def _audited(run: TrainingRunRecord) -> dict[str, str]:
    facts = {"status": run.status.value, "version": run.version, "problem": run.problem}
    return {name: value for name, value in facts.items() if value}


def _required(ledger: Change, name: str) -> TrainingRunRecord:
    found = _find(ledger.connection, ledger.model, ledger.model_id, name)
    if found is None:
        raise TrainingRunNotFoundError(ledger.model, name)
    return found


def _find(connection: sa.Connection, model: str, owner: int, name: str) -> TrainingRunRecord | None:
    query = sa.select(training_runs).where(
        training_runs.c.model_id == owner, training_runs.c.name == name
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _record(model, row)


def _record(model: str, row: sa.Row[Any]) -> TrainingRunRecord:
    names = {field.name for field in dataclasses.fields(TrainingRunRecord)} - {"model", "status"}
    values = {name: getattr(row, name) for name in names}
    return TrainingRunRecord(model=model, status=BuildStatus(row.status), **values)


def _checked_status(status: BuildStatus | str) -> BuildStatus:
    known = (BuildStatus.TRAINING, BuildStatus.TRAINED, BuildStatus.FAILED)
    if status not in known:
        raise InvalidValueError("Status", status, f"one of {', '.join(known)}")
    return BuildStatus(status)
