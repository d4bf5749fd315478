"""The evaluations of each version, and the verdicts of the gates on them."""

import dataclasses
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
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
from frontier_assets.registry.evaluation_records import (
    Evaluation,
    evaluations_where,
    newest_evaluations,
)
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.models import model_id
from frontier_assets.registry.policies import is_recorded
from frontier_assets.registry.searchable import add_metrics, supersede_metrics
from frontier_assets.registry.tables import evaluations, verdicts, versions
from frontier_assets.types import Digest, Verdict, Version, checked_segment


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
            supersede_metrics(ledger, version.id, dataset)
            add_metrics(ledger, version.id, values["metrics"], split=dataset)
            after = {"evaluation": created, **_audited(values, verdicts)}
            ledger.record(AuditAction.EVALUATION_RECORDED, version=number, after=after)
            return evaluations_where(ledger.connection, evaluations.c.id == created)[0]

    def latest(self, model: str, number: str, dataset: str) -> Evaluation | None:
        """Return the newest evaluation on a data set; None when there is none."""
        return self._newest(model, number, evaluations.c.dataset == dataset)

    def measured(
        self, version: Version, *, dataset_digest: str, configuration: str
    ) -> Evaluation | None:
        """Return the newest evaluation of the same bytes on the same data by a configuration.

        The ``configuration`` is the digest that stands in the details; the bytes may have been
        measured as another version of the model.
        """
        with self._database.read() as connection:
            candidates = connection.execute(
                sa.select(evaluations.c.id, evaluations.c.details)
                .join(versions, versions.c.id == evaluations.c.version_id)
                .where(
                    versions.c.model_id == model_id(connection, version.model),
                    evaluations.c.version_digest == version.digest,
                    evaluations.c.dataset_digest == dataset_digest,
                )
                .order_by(evaluations.c.id.desc())
            )
            for row in candidates:
                if (row.details or {}).get("configuration") == configuration:
                    return evaluations_where(connection, evaluations.c.id == row.id)[0]
        return None

    def list(self, model: str, number: str) -> list[Evaluation]:
        """Return the newest evaluation on every data set, ordered by data set."""
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            return newest_evaluations(connection, version)

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
            found = {
                item.id: item for item in evaluations_where(connection, evaluations.c.id.in_(ids))
            }
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
            found = evaluations_where(connection, evaluations.c.id == newest)
        return found[0] if found else None


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
    """Return what the trail keeps; of what may be large the sha256 of its JSON."""
    kept = {name: value for name, value in values.items() if name != "details"}
    judged = [dataclasses.asdict(verdict) for verdict in given]
    return {
        **kept,
        "details_digest": _sha256(values["details"]),
        "verdicts": {verdict["gate"]: verdict["outcome"] for verdict in judged},
        "verdicts_digest": _sha256(judged),
    }


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


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
