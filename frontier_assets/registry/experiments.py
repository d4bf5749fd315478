"""The experiments of each model: their life, their looks, and which versions take part."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import (
    ExperimentConflictError,
    ExperimentLookError,
    ExperimentStateError,
    InvalidValueError,
)
from frontier_assets.registry.canonical import checked_json, checked_text
from frontier_assets.registry.connection import Database
from frontier_assets.registry.experiment_records import (
    Experiment,
    Look,
    experiments_where,
    find_experiment,
    looks_of,
    required_experiment,
)
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.tables import (
    experiment_looks,
    experiment_variants,
    experiments,
)
from frontier_assets.specification import ExperimentDesign
from frontier_assets.types import ExperimentDecision, ExperimentState


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """Why a look ends an experiment, and the treatments that won or did harm."""

    reason: str
    subjects: tuple[str, ...] = ()


class Experiments:
    """Records experiments; one transaction for each step of a life."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def create(
        self,
        model: str,
        key: str,
        design: ExperimentDesign,
        *,
        name: str,
        description: str,
        actor: str,
    ) -> Experiment:
        """Record an experiment that has not begun.

        Raises:
            VersionNotFoundError: the model has no such version, or it was deleted.
            InvalidValueError: the key is taken.
        """
        with open_change(self._database, model, actor=actor) as ledger:
            if find_experiment(ledger.connection, key) is not None:
                raise InvalidValueError("Experiment", key, "there is one of this id; try again")
            rows = [version_row(ledger.connection, model, number) for number in design.variants]
            values = {
                "model_id": ledger.model_id,
                "key": key,
                "name": name,
                "description": description,
                "state": ExperimentState.CREATED.value,
                "design": design.canonical_values(),
                "namespace": design.namespace,
                "coverage": design.coverage,
                "created_at": ledger.at,
                "created_by": ledger.actor,
                "reason": "",
                "subjects": [],
            }
            made = ledger.connection.execute(
                sa.insert(experiments).values(values).returning(experiments.c.id)
            ).scalar_one()
            for row in rows:
                role = "control" if row.number == design.control else "treatment"
                member = {"experiment_id": made, "version_id": row.id, "role": role}
                ledger.connection.execute(sa.insert(experiment_variants).values(member))
            ledger.record(
                AuditAction.EXPERIMENT_CREATED,
                after={"experiment": key, "design": design.digest, "variants": [*design.variants]},
            )
            return required_experiment(ledger.connection, key)

    def start(self, key: str, *, actor: str) -> Experiment:
        """Let an experiment begin.

        Raises:
            ExperimentNotFoundError: there is none of this id.
            ExperimentStateError: it began before.
            ExperimentConflictError: one that runs uses some of the same units.
        """
        with self._change(key, actor=actor) as ledger:
            found = _in_state(ledger.connection, key, "started", ExperimentState.CREATED)
            _refuse_overlap(ledger, found)
            running = {"state": ExperimentState.RUNNING.value, "started_at": ledger.at}
            return _write(ledger, found, running, AuditAction.EXPERIMENT_STARTED)

    def ramp(self, key: str, coverage: float, *, actor: str) -> Experiment:
        """Let more units take part; none that takes part already changes its variant.

        Raises:
            ExperimentStateError: it does not run.
            InvalidValueError: ``coverage`` is not above the present one, or above 1.
        """
        with self._change(key, actor=actor) as ledger:
            found = _in_state(ledger.connection, key, "ramped", ExperimentState.RUNNING)
            if not found.coverage < coverage <= 1:
                expected = f"expected more than {found.coverage:g}, at most 1"
                raise InvalidValueError("Coverage", coverage, expected)
            return _write(ledger, found, {"coverage": coverage}, AuditAction.EXPERIMENT_RAMPED)

    def stop(self, key: str, *, reason: str, actor: str) -> Experiment:
        """End an experiment by hand, without a decision.

        Raises:
            ExperimentStateError: it ended before.
            InvalidValueError: ``reason`` is empty.
        """
        reason = checked_text("Reason", reason)
        allowed = (ExperimentState.CREATED, ExperimentState.RUNNING)
        with self._change(key, actor=actor, reason=reason) as ledger:
            found = _in_state(ledger.connection, key, "stopped", *allowed)
            ended = {
                "state": ExperimentState.STOPPED.value,
                "ended_at": ledger.at,
                "reason": reason,
            }
            return _write(ledger, found, ended, AuditAction.EXPERIMENT_STOPPED)

    def look(
        self,
        key: str,
        *,
        number: int,
        decision: ExperimentDecision,
        result: Mapping[str, Any],
        end: End | None,
        actor: str,
        run_id: str | None = None,
    ) -> Experiment:
        """Record look ``number`` with what was seen, and the end that it leads to, together.

        Raises:
            ExperimentStateError: it has not begun.
            ExperimentLookError: somebody else looked or ended it meanwhile.
        """
        with self._change(key, actor=actor, run_id=run_id) as ledger:
            found = required_experiment(ledger.connection, key)
            if found.started_at is None:
                raise ExperimentStateError(key, found.state.value, "looked at")
            runs = found.state is ExperimentState.RUNNING
            if not runs or number != len(looks_of(ledger.connection, found)) + 1:
                raise ExperimentLookError(key)
            seen = {"experiment_id": found.row, "number": number, "at": ledger.at}
            seen |= {"decision": decision.value, "result": checked_json("Result", result)}
            ledger.connection.execute(sa.insert(experiment_looks).values(seen))
            told = {"experiment": key, "look": number, "decision": decision.value}
            ledger.record(AuditAction.EXPERIMENT_LOOKED, after=told)
            if end is None:
                return found
            ended = {
                "state": ExperimentState.DECIDED.value,
                "ended_at": ledger.at,
                "reason": end.reason,
                "decision": decision.value,
                "subjects": [*end.subjects],
            }
            about = next(iter(end.subjects), None)
            return _write(ledger, found, ended, AuditAction.EXPERIMENT_DECIDED, about)

    def get(self, key: str) -> Experiment:
        """Return the experiment of this id.

        Raises:
            ExperimentNotFoundError: there is none.
        """
        with self._database.read() as connection:
            return required_experiment(connection, key)

    def looks(self, key: str) -> list[Look]:
        """Return what was seen of an experiment, oldest first."""
        with self._database.read() as connection:
            return looks_of(connection, required_experiment(connection, key))

    def _change(self, key: str, *, actor: str, reason: str = "", run_id: str | None = None) -> Any:  # noqa: ANN401 - a context manager
        model = self.get(key).model
        return open_change(self._database, model, actor=actor, reason=reason, run_id=run_id)

    def list(self, model: str, *, state: ExperimentState | None = None) -> list[Experiment]:
        """Return the model's experiments, oldest first; those in one ``state`` if it is given."""
        with self._database.read() as connection:
            wanted = [experiments.c.model_id == model_id(connection, model)]
            if state is not None:
                wanted.append(experiments.c.state == state.value)
            return experiments_where(connection, *wanted)


def _write(
    ledger: Change,
    before: Experiment,
    values: Mapping[str, Any],
    action: AuditAction,
    version: str | None = None,
) -> Experiment:
    at = experiments.c.id == before.row
    ledger.connection.execute(sa.update(experiments).where(at).values(values))
    told = {name: value for name, value in values.items() if not isinstance(value, datetime)}
    ledger.record(
        action,
        version=version,
        before={"state": before.state.value, "coverage": before.coverage},
        after={"experiment": before.id, **told},
    )
    return required_experiment(ledger.connection, before.id)


def _refuse_overlap(ledger: Change, started: Experiment) -> None:
    low, high = started.design.namespace_range
    beside = experiments_where(
        ledger.connection,
        experiments.c.model_id == ledger.model_id,
        experiments.c.state == ExperimentState.RUNNING.value,
        experiments.c.namespace == started.design.namespace,
    )
    for other in beside:
        other_low, other_high = other.design.namespace_range
        if low < other_high and other_low < high:
            raise ExperimentConflictError(started.id, other.id, started.design.namespace)


def _in_state(
    connection: sa.Connection, key: str, attempted: str, *states: ExperimentState
) -> Experiment:
    found = required_experiment(connection, key)
    if found.state not in states:
        raise ExperimentStateError(key, found.state.value, attempted)
    return found
