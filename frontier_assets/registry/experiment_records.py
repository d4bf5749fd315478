"""Experiments with their looks, as they are read from the tables."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import ExperimentNotFoundError
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import (
    experiment_looks,
    experiment_variants,
    experiments,
    models,
    versions,
)
from frontier_assets.specification import ExperimentDesign
from frontier_assets.types import ExperimentDecision, ExperimentState

_ALL = sa.select(experiments, models.c.name.label("model")).join(
    models, models.c.id == experiments.c.model_id
)
# Built once: every decision on a version runs it.
_OF_VERSION = Prepared(
    _ALL.join(experiment_variants, experiment_variants.c.experiment_id == experiments.c.id)
    .where(experiment_variants.c.version_id == sa.bindparam("of_version"))
    .where(experiment_variants.c.role == "treatment")
    .order_by(experiments.c.id)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment of a model. ``id`` is its key everywhere, ``row`` that of its table.

    ``coverage`` is the share of the units that take part now. ``reason`` says why it ended, and
    ``decision`` how; ``subjects`` are the treatments that won, or that did harm. All are empty
    while it has not ended.
    """

    id: str
    row: int
    model: str
    name: str
    description: str
    state: ExperimentState
    design: ExperimentDesign
    coverage: float
    created_at: datetime
    created_by: str
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    decision: ExperimentDecision | None
    subjects: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What was seen of an experiment at one time; ``result`` is what its analysis returned."""

    number: int
    at: datetime
    decision: ExperimentDecision
    result: Mapping[str, Any]


def experiments_of(connection: sa.Connection, version: int) -> tuple[Experiment, ...]:
    """Return the experiments that treat units with the version of this row id, oldest first."""
    return tuple(_experiment(row) for row in _OF_VERSION(connection, {"of_version": version}))


def versions_in_use(connection: sa.Connection, model: int) -> list[tuple[str, str]]:
    """Return the versions that take part in experiments which have not ended, with the id."""
    open_states = (ExperimentState.CREATED.value, ExperimentState.RUNNING.value)
    query = (
        sa.select(versions.c.number, experiments.c.key)
        .join(experiment_variants, experiment_variants.c.version_id == versions.c.id)
        .join(experiments, experiments.c.id == experiment_variants.c.experiment_id)
        .where(experiments.c.model_id == model, experiments.c.state.in_(open_states))
        .order_by(experiment_variants.c.id)
    )
    return [(row.number, row.key) for row in connection.execute(query)]


def required_experiment(connection: sa.Connection, key: str) -> Experiment:
    """Return the experiment of this id, or raise `ExperimentNotFoundError`."""
    found = find_experiment(connection, key)
    if found is None:
        raise ExperimentNotFoundError(key)
    return found


def find_experiment(connection: sa.Connection, key: str) -> Experiment | None:
    """Return the experiment of this id; None when there is none."""
    return next(iter(experiments_where(connection, experiments.c.key == key)), None)


def experiments_where(
    connection: sa.Connection, *conditions: sa.ColumnElement[bool]
) -> list[Experiment]:
    """Return the experiments that meet all conditions, oldest first."""
    query = _ALL.where(*conditions).order_by(experiments.c.id)
    return [_experiment(row) for row in connection.execute(query)]


def looks_of(connection: sa.Connection, of: Experiment) -> list[Look]:
    """Return what was seen of an experiment, oldest first."""
    query = sa.select(experiment_looks).where(experiment_looks.c.experiment_id == of.row)
    return [
        Look(row.number, row.at, ExperimentDecision(row.decision), row.result)
        for row in connection.execute(query.order_by(experiment_looks.c.number))
    ]


def _experiment(row: sa.Row[Any]) -> Experiment:
    same = ("model", "name", "description", "coverage", "created_at", "created_by")
    values = {name: getattr(row, name) for name in (*same, "started_at", "ended_at", "reason")}
    return Experiment(
        id=row.key,
        row=row.id,
        state=ExperimentState(row.state),
        design=ExperimentDesign.model_validate(row.design),
        decision=None if row.decision is None else ExperimentDecision(row.decision),
        subjects=tuple(row.subjects),
        **values,
    )
