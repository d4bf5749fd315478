"""Evaluations with their verdicts, as they are read from the tables."""

import dataclasses
import operator
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import evaluations, models, verdicts, versions
from frontier_assets.types import Digest, Outcome, Severity, Verdict

# Built once: every decision runs them.
_EVALUATIONS = (
    sa.select(evaluations, versions.c.number.label("version"), models.c.name.label("model"))
    .join(versions, versions.c.id == evaluations.c.version_id)
    .join(models, models.c.id == versions.c.model_id)
    .order_by(evaluations.c.dataset)
)
_OF_EITHER = evaluations.c.version_id.in_([sa.bindparam("one"), sa.bindparam("other")])
_OF_ITS_BYTES = sa.or_(
    *(
        sa.and_(
            evaluations.c.version_id == sa.bindparam(name),
            evaluations.c.version_digest == sa.bindparam(f"{name}_digest"),
        )
        for name in ("one", "other")
    )
)
_IDS = (
    sa.select(sa.func.max(evaluations.c.id))
    .where(_OF_ITS_BYTES)
    .group_by(evaluations.c.version_id, evaluations.c.dataset)
)
_NEWEST = Prepared(
    sa.select(evaluations).where(evaluations.c.id.in_(_IDS)).order_by(evaluations.c.dataset)
)
_VERDICTS = sa.select(verdicts).order_by(verdicts.c.id)
_VERDICTS_OF = Prepared(_VERDICTS.where(verdicts.c.evaluation_id == sa.bindparam("of_evaluation")))
_VERDICTS_OF_EITHER = Prepared(
    _VERDICTS.join(evaluations, evaluations.c.id == verdicts.c.evaluation_id).where(_OF_EITHER)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What one version scored on one data set, under one policy.

    ``details`` are the counts that pictures and tables are drawn from; None where an older release
    recorded the evaluation.
    """

    id: int
    model: str
    version: str
    version_digest: Digest
    dataset: str
    dataset_digest: Digest
    rows: int
    metrics: Mapping[str, float]
    verdicts: tuple[Verdict, ...]
    policy_digest: Digest
    run_id: str | None
    created_by: str
    created_at: datetime
    details: Mapping[str, Any] | None = None


_FIELDS = [
    field.name
    for field in dataclasses.fields(Evaluation)
    if field.name not in {"model", "version", "verdicts"}
]
_VERDICT_FIELDS = [field.name for field in dataclasses.fields(Verdict)]
_VALUES, _VERDICT_VALUES = operator.attrgetter(*_FIELDS), operator.attrgetter(*_VERDICT_FIELDS)


def newest_evaluations(
    connection: sa.Connection, version: sa.Row[Any], other: sa.Row[Any] | None = None
) -> list[Evaluation]:
    """Return the newest evaluation on every data set of the version of a row.

    Those of an ``other`` version come with them. Evaluations of another digest than the version's
    own do not count.
    """
    one, other = version, version if other is None else other
    ids = {"one": one.id, "other": other.id}
    rows = _NEWEST(connection, {**ids, "one_digest": one.digest, "other_digest": other.digest})
    if not rows:
        return []
    judged: dict[int, list[Verdict]] = {row.id: [] for row in rows}
    for verdict in _VERDICTS_OF_EITHER(connection, ids):
        if verdict.evaluation_id in judged:
            judged[verdict.evaluation_id].append(_verdict(verdict))
    numbers = {one.id: one.number, other.id: other.number}
    return [_evaluation(row, one.model, numbers[row.version_id], judged[row.id]) for row in rows]


def evaluations_where(
    connection: sa.Connection, condition: sa.ColumnElement[bool]
) -> list[Evaluation]:
    """Return the evaluations that meet a condition, ordered by data set."""
    rows = connection.execute(_EVALUATIONS.where(condition)).all()
    return [
        _evaluation(
            row,
            row.model,
            row.version,
            map(_verdict, _VERDICTS_OF(connection, {"of_evaluation": row.id})),
        )
        for row in rows
    ]


def _evaluation(row: sa.Row[Any], model: str, number: str, judged: Iterable[Verdict]) -> Evaluation:
    values = dict(zip(_FIELDS, _VALUES(row), strict=True))
    for name in ("version_digest", "dataset_digest", "policy_digest"):
        values[name] = Digest(values[name])
    return Evaluation(**values, model=model, version=number, verdicts=tuple(judged))


def verdict_of(stored: Mapping[str, Any]) -> Verdict:
    """Return a verdict from what is stored of it."""
    return _verdict_with({name: stored[name] for name in _VERDICT_FIELDS})


def _verdict_with(values: dict[str, Any]) -> Verdict:
    values["gate_digest"] = Digest(values["gate_digest"])
    values["severity"] = Severity(values["severity"])
    values["outcome"] = Outcome(values["outcome"])
    return Verdict(**values)


def _verdict(row: sa.Row[Any]) -> Verdict:
    return _verdict_with(dict(zip(_VERDICT_FIELDS, _VERDICT_VALUES(row), strict=True)))
