"""The evaluations of each version, and the verdicts of the gates on them."""

import dataclasses
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.canonical import (
    canonical_json,
    checked_json,
    checked_metrics,
    checked_size,
)
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.policies import is_recorded
from frontier_assets.registry.tables import evaluations, models, verdicts, versions
from frontier_assets.types import Digest, Outcome, Severity, Verdict, checked_segment


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


class Evaluations:
    """Records evaluations; of one data set the newest counts."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def record(
        self,
        model: str,
        number: str,
        *,
        dataset: str,
        dataset_digest: str,
        rows: int,
        metrics: Mapping[str, float],
        verdicts: Sequence[Verdict],
        policy_digest: str,
        actor: str,
        details: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> Evaluation:
        """Record an evaluation with its verdicts, all or nothing.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: a metric is not finite, a verdict speaks of another data set or comes
                twice, or the policy was never recorded.
        """
        values = {
            "dataset": checked_segment("Data set name", dataset),
            "dataset_digest": Digest(dataset_digest),
            "rows": checked_size("Rows", rows),
            "metrics": checked_metrics(metrics),
            "policy_digest": Digest(policy_digest),
            "details": checked_json("Evaluation details", dict(details or {})),
        }
        _check_verdicts(dataset, verdicts)
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            version = version_row(ledger.connection, model, number)
            _check_policy(ledger.connection, policy_digest)
            created = _insert(ledger, version, values, verdicts)
            after = {"evaluation": created, **_audited(values, verdicts)}
            ledger.record(AuditAction.EVALUATION_RECORDED, version=number, after=after)
            return _complete(ledger.connection, evaluations.c.id == created)[0]

    def latest(self, model: str, number: str, dataset: str) -> Evaluation | None:
        """Return the newest evaluation on a data set; None when there is none."""
        return self._newest(model, number, evaluations.c.dataset == dataset)

    def find(self, model: str, number: str, dataset: str, dataset_digest: str) -> Evaluation | None:
        """Return the newest evaluation on exactly this content of a data set, or None."""
        return self._newest(
            model,
            number,
            sa.and_(
                evaluations.c.dataset == dataset, evaluations.c.dataset_digest == dataset_digest
            ),
        )

    def list(self, model: str, number: str) -> list[Evaluation]:
        """Return the newest evaluation on every data set, ordered by data set."""
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            return newest_evaluations(connection, version.id)

    def over_versions(self, model: str, dataset: str, *, limit: int = 30) -> Sequence[Evaluation]:
        """Return the newest evaluation of each version on a data set, oldest version first.

        Of more than ``limit`` versions the last ones; evaluations of other bytes than the
        version's own do not count.
        """
        with self._database.read() as connection:
            newest = (
                sa.select(sa.func.max(evaluations.c.id))
                .join(versions, versions.c.id == evaluations.c.version_id)
                .where(
                    versions.c.model_id == model_id(connection, model),
                    evaluations.c.dataset == dataset,
                    evaluations.c.version_digest == versions.c.digest,
                )
                .group_by(versions.c.id, versions.c.sequence)
                .order_by(versions.c.sequence.desc())
                .limit(limit)
            )
            ids = connection.scalars(newest).all()
            found = {item.id: item for item in _complete(connection, evaluations.c.id.in_(ids))}
        return [found[item] for item in reversed(ids)]

    def _newest(
        self, model: str, number: str, condition: sa.ColumnElement[bool]
    ) -> Evaluation | None:
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            newest = (
                sa.select(sa.func.max(evaluations.c.id))
                .where(evaluations.c.version_id == version.id, condition)
                .scalar_subquery()
            )
            found = _complete(connection, evaluations.c.id == newest)
        return found[0] if found else None


def newest_evaluations(connection: sa.Connection, version: int) -> list[Evaluation]:
    """Return the newest evaluation on every data set of the version with this row id.

    Evaluations of another digest than the version's own do not count.
    """
    newest = (
        sa.select(sa.func.max(evaluations.c.id))
        .join(versions, versions.c.id == evaluations.c.version_id)
        .where(
            evaluations.c.version_id == version,
            evaluations.c.version_digest == versions.c.digest,
        )
        .group_by(evaluations.c.dataset)
    )
    return _complete(connection, evaluations.c.id.in_(newest))


def _check_verdicts(dataset: str, given: Iterable[Verdict]) -> None:
    seen: set[str] = set()
    for verdict in given:
        if verdict.dataset != dataset:
            raise InvalidValueError(
                f"Verdict of gate '{verdict.gate}' on data set", verdict.dataset, f"not {dataset}"
            )
        if verdict.gate in seen:
            raise InvalidValueError("Verdicts", verdict.gate, "expected one per gate")
        seen.add(verdict.gate)
        for name, value in (("observed", verdict.observed), ("threshold", verdict.threshold)):
            if value is not None and not math.isfinite(value):
                raise InvalidValueError(
                    f"Gate '{verdict.gate}' {name}", value, "expected a finite number or none"
                )


def _check_policy(connection: sa.Connection, digest: str) -> None:
    if not is_recorded(connection, digest):
        raise InvalidValueError(
            "Policy digest", digest, "expected a policy that was recorded before"
        )


def _audited(values: Mapping[str, Any], given: Iterable[Verdict]) -> dict[str, Any]:
    """Return what the trail keeps; of the details, which may be large, the sha256 of their JSON."""
    kept = {name: value for name, value in values.items() if name != "details"}
    details = canonical_json(values["details"]).encode()
    return {
        **kept,
        "details_digest": hashlib.sha256(details).hexdigest(),
        "verdicts": {verdict.gate: verdict.outcome for verdict in given},
    }


def _insert(
    ledger: Change, version: sa.Row[Any], values: Mapping[str, Any], given: Sequence[Verdict]
) -> int:
    created = ledger.connection.execute(
        sa.insert(evaluations)
        .values(
            version_id=version.id,
            version_digest=version.digest,
            created_at=ledger.at,
            created_by=ledger.actor,
            run_id=ledger.run_id,
            **values,
        )
        .returning(evaluations.c.id)
    ).scalar_one()
    if given:
        rows = [dataclasses.asdict(verdict) | {"evaluation_id": created} for verdict in given]
        ledger.connection.execute(sa.insert(verdicts), rows)
    return int(created)


def _complete(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Evaluation]:
    query = (
        sa.select(evaluations, versions.c.number.label("version"), models.c.name.label("model"))
        .join(versions, versions.c.id == evaluations.c.version_id)
        .join(models, models.c.id == versions.c.model_id)
        .where(condition)
        .order_by(evaluations.c.dataset)
    )
    return [_evaluation(connection, row) for row in connection.execute(query).all()]


def _evaluation(connection: sa.Connection, row: sa.Row[Any]) -> Evaluation:
    query = sa.select(verdicts).where(verdicts.c.evaluation_id == row.id).order_by(verdicts.c.id)
    judged = tuple(_verdict(verdict) for verdict in connection.execute(query))
    names = {field.name for field in dataclasses.fields(Evaluation)} - {"verdicts"}
    values = {name: getattr(row, name) for name in names}
    for name in ("version_digest", "dataset_digest", "policy_digest"):
        values[name] = Digest(values[name])
    return Evaluation(**values, verdicts=judged)


def _verdict(row: sa.Row[Any]) -> Verdict:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Verdict)}
    values |= {
        "gate_digest": Digest(row.gate_digest),
        "severity": Severity(row.severity),
        "outcome": Outcome(row.outcome),
    }
    return Verdict(**values)
