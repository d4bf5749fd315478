"""The artifacts made from each version, and the proof that each of them behaves as it should."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import ArtifactNotFoundError
from frontier_assets.registry.canonical import checked_json
from frontier_assets.registry.claims import Stored, claim
from frontier_assets.registry.connection import Database
from frontier_assets.registry.evaluation_records import verdict_of
from frontier_assets.registry.ledger import AuditAction, Change, open_change
from frontier_assets.registry.lookup import version_row
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import artifacts, models, versions
from frontier_assets.types import Digest, Outcome, Verdict, checked_segment

# Built once: every decision runs the second.
_ARTIFACTS = (
    sa.select(artifacts, versions.c.number.label("version"), models.c.name.label("model"))
    .join(versions, versions.c.id == artifacts.c.version_id)
    .join(models, models.c.id == versions.c.model_id)
)
_NEWEST = Prepared(
    _ARTIFACTS.where(
        artifacts.c.id.in_(
            sa.select(sa.func.max(artifacts.c.id))
            .where(artifacts.c.version_id == sa.bindparam("of_version"))
            .group_by(artifacts.c.name)
        )
    ).order_by(artifacts.c.name)
)


@dataclasses.dataclass(frozen=True, slots=True)
class ArtifactRecord:
    """A stored artifact of a version. ``verified_at`` is set only while its last proof passed.

    ``performance`` are the figures of its last benchmark, None until there was one, and
    ``verdicts`` what the gates on its target made of them.
    """

    id: int
    model: str
    version: str
    name: str
    digest: Digest
    store: str
    size_bytes: int
    stored_bytes: int
    members: tuple[str, ...]
    details: Mapping[str, Any]
    outcome: Outcome | None
    outcome_detail: str
    measures: Mapping[str, Any]
    verified_at: datetime | None
    created_at: datetime
    performance: Mapping[str, Any] | None = None
    verdicts: tuple[Verdict, ...] = ()


class Artifacts:
    """Records artifacts and their proofs; of one name the newest counts."""

    def __init__(self, database: Database) -> None:
        """Work on ``database``."""
        self._database = database

    def add(
        self,
        model: str,
        number: str,
        *,
        name: str,
        stored: Stored,
        members: Sequence[str],
        details: Mapping[str, Any],
        actor: str,
        run_id: str | None = None,
    ) -> ArtifactRecord:
        """Record a stored artifact, not proved yet.

        ``details["source_digest"]`` is the digest of the version that it was made from.

        Raises:
            VersionNotFoundError: there is no such version.
            BlobsCollectedError: bytes of ``stored`` were deleted since its save began.
        """
        values = {
            "name": checked_segment("Artifact name", name),
            **stored.columns(),
            "members": checked_json("Artifact members", list(members)),
            "details": checked_json("Artifact details", dict(details)),
        }
        with open_change(self._database, model, actor=actor, run_id=run_id) as ledger:
            claim(ledger.connection, stored)
            version = version_row(ledger.connection, model, number)
            created = _insert(ledger, version, values)
            after = {"artifact": created, "name": name, "digest": stored.digest}
            ledger.record(AuditAction.ARTIFACT_STORED, version=number, after=after)
            return _by_id(ledger.connection, created)

    def prove(
        self,
        record_id: int,
        *,
        outcome: Outcome,
        detail: str,
        measures: Mapping[str, Any],
        actor: str,
        run_id: str | None = None,
    ) -> ArtifactRecord:
        """Record what an artifact's proof came to; anything but ``passed`` leaves it unverified.

        Raises:
            ArtifactNotFoundError: there is no such record.
        """
        values = checked_json("Proof measures", dict(measures))
        with self._database.read() as connection:
            known = _by_id(connection, record_id)
        with open_change(self._database, known.model, actor=actor, run_id=run_id) as ledger:
            before = _by_id(ledger.connection, record_id)
            ledger.connection.execute(
                sa.update(artifacts)
                .where(artifacts.c.id == record_id)
                .values(
                    outcome=outcome.value,
                    outcome_detail=detail,
                    measures=values,
                    verified_at=ledger.at if outcome is Outcome.PASSED else None,
                )
            )
            proved = _by_id(ledger.connection, record_id)
            ledger.record(
                AuditAction.ARTIFACT_PROVED,
                version=known.version,
                before=_proof(before),
                after=_proof(proved),
            )
            return proved

    def measure(
        self,
        record_id: int,
        *,
        performance: Mapping[str, Any],
        verdicts: Sequence[Verdict],
        actor: str,
        run_id: str | None = None,
    ) -> ArtifactRecord:
        """Record what an artifact's benchmark came to, and what the gates made of it.

        Raises:
            ArtifactNotFoundError: there is no such record.
        """
        figures = checked_json("Performance", dict(performance))
        judged = checked_json("Verdicts", [dataclasses.asdict(verdict) for verdict in verdicts])
        with self._database.read() as connection:
            known = _by_id(connection, record_id)
        with open_change(self._database, known.model, actor=actor, run_id=run_id) as ledger:
            ledger.connection.execute(
                sa.update(artifacts)
                .where(artifacts.c.id == record_id)
                .values(performance=figures, verdicts=judged)
            )
            measured = {"artifact": record_id, "name": known.name, "digest": known.digest}
            ledger.record(
                AuditAction.ARTIFACT_MEASURED,
                version=known.version,
                after={**measured, "performance": figures, "verdicts": judged},
            )
            return _by_id(ledger.connection, record_id)

    def get(self, model: str, number: str, name: str) -> ArtifactRecord:
        """Return the newest artifact of this name, verified or not.

        Raises:
            VersionNotFoundError: there is no such version.
            ArtifactNotFoundError: the version has no such artifact.
        """
        for record in self.list(model, number):
            if record.name == name:
                return record
        ref = f"{model}@{number}"
        raise ArtifactNotFoundError(name, ref, f"`frontier build {ref}` makes what its YAML names")

    def list(self, model: str, number: str) -> list[ArtifactRecord]:
        """Return the newest artifact of every name, ordered by name."""
        with self._database.read() as connection:
            version = version_row(connection, model, number)
            return newest_artifacts(connection, version.id)


def newest_artifacts(connection: sa.Connection, version: int) -> list[ArtifactRecord]:
    """Return the newest artifact of every name of the version with this row id."""
    rows = _NEWEST(connection, {"of_version": version})
    return [_record(row) for row in rows]


def _insert(ledger: Change, version: sa.Row[Any], values: Mapping[str, Any]) -> int:
    created = ledger.connection.scalar(
        sa.insert(artifacts)
        .values(
            version_id=version.id,
            outcome_detail="",
            measures={},
            created_at=ledger.at,
            created_by=ledger.actor,
            run_id=ledger.run_id,
            **values,
        )
        .returning(artifacts.c.id)
    )
    return int(created)


def _proof(record: ArtifactRecord) -> dict[str, Any]:
    names = ("name", "digest", "outcome", "outcome_detail", "measures")
    return {"artifact": record.id} | {name: getattr(record, name) for name in names}


def _by_id(connection: sa.Connection, record: int | None) -> ArtifactRecord:
    row = connection.execute(_ARTIFACTS.where(artifacts.c.id == record)).one_or_none()
    if row is None:
        raise ArtifactNotFoundError(str(record), "registry", "add it before proving it")
    return _record(row)


def _record(row: sa.Row[Any]) -> ArtifactRecord:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(ArtifactRecord)}
    values |= {
        "digest": Digest(row.digest),
        "members": tuple(row.members),
        "outcome": None if row.outcome is None else Outcome(row.outcome),
        "verdicts": tuple(verdict_of(item) for item in row.verdicts or ()),
    }
    return ArtifactRecord(**values)
