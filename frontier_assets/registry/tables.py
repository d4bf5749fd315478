"""The tables, as SQLAlchemy sees them. Migrations create them; a test holds the two equal."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from frontier_assets.registry.canonical import canonical_json


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as ISO 8601 text with microseconds.

    Text of one width orders as time does, and the audit hash covers exactly what is stored;
    SQLite's own type would drop the time zone.
    """

    impl = sa.String(32)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else iso(value)

    @override
    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(sa.types.TypeDecorator[Any]):
    """Canonical JSON text: the same on every database, and comparable byte by byte."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    @override
    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def iso(moment: datetime) -> str:
    """Return the stored text of a ``moment``; `ValueError` when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use datetime.now(UTC)")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


NAME = sa.String(100)
DIGEST = sa.String(64)
WORD = sa.String(20)
NUMBER = sa.String(150)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    # Ids only grow: without AUTOINCREMENT SQLite gives a deleted row's id to the next one.
    identity = sa.Column("id", sa.Integer, primary_key=True)
    return sa.Table(name, metadata, identity, *items, sqlite_autoincrement=True)


def _required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - any column type
    return sa.Column(name, kind, nullable=False)


def _parent(table: str) -> sa.Column[int]:
    name = f"{table.removesuffix('s')}_id"
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id"), nullable=False)


models = _table(
    "models",
    _required("name", NAME),
    _required("change_sequence", sa.Integer),
    _required("version_sequence", sa.Integer),
    sa.Column("policy_digest", DIGEST),
    _required("created_at", UtcDateTime),
    sa.UniqueConstraint("name"),
)

policies = _table(
    "policies",
    _parent("models"),
    _required("digest", DIGEST),
    _required("document", sa.Text),
    _required("recorded_at", UtcDateTime),
    _required("recorded_by", sa.Text),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "model_id"),
)

checkpoints = _table(
    "checkpoints",
    _parent("models"),
    _required("run", NAME),
    _required("step", sa.BigInteger),
    sa.Column("epoch", sa.BigInteger),
    _required("digest", DIGEST),
    _required("store", NAME),
    _required("size_bytes", sa.BigInteger),
    _required("stored_bytes", sa.BigInteger),
    _required("metrics", Json),
    _required("parameters", Json),
    _required("data_digests", Json),
    _required("created_at", UtcDateTime),
    _required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.UniqueConstraint("model_id", "run", "step"),
)

versions = _table(
    "versions",
    _parent("models"),
    _required("number", NUMBER),
    _required("major", sa.Integer),
    _required("minor", sa.Integer),
    _required("patch", sa.Integer),
    _required("sequence", sa.Integer),
    _required("branch", NAME),
    sa.Column("parent", NUMBER),
    _required("change", WORD),
    _required("change_reason", sa.Text),
    _required("build_status", WORD),
    _required("stage", WORD),
    sa.Column("barred_reason", sa.Text),
    _required("digest", DIGEST),
    _required("store", NAME),
    _required("size_bytes", sa.BigInteger),
    _required("stored_bytes", sa.BigInteger),
    sa.Column("checkpoint", sa.Text),
    sa.Column("policy_digest", DIGEST),
    _required("description", sa.Text),
    _required("tags", Json),
    _required("parameters", Json),
    _required("metrics", Json),
    _required("signature", Json),
    _required("data_digests", Json),
    _required("environment", Json),
    sa.Column("run_id", sa.Text),
    _required("created_by", sa.Text),
    _required("created_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "number"),
    sa.UniqueConstraint("model_id", "sequence"),
    sa.Index(None, "model_id", "digest"),
)
sa.Index(
    "uq_versions_one_production",
    versions.c.model_id,
    unique=True,
    sqlite_where=versions.c.stage == sa.literal_column("'production'"),
    postgresql_where=versions.c.stage == sa.literal_column("'production'"),
)

artifacts = _table(
    "artifacts",
    _parent("versions"),
    _required("name", NAME),
    _required("digest", DIGEST),
    _required("store", NAME),
    _required("size_bytes", sa.BigInteger),
    _required("stored_bytes", sa.BigInteger),
    _required("members", Json),
    _required("details", Json),
    sa.Column("outcome", WORD),
    _required("outcome_detail", sa.Text),
    _required("measures", Json),
    sa.Column("verified_at", UtcDateTime),
    _required("created_at", UtcDateTime),
    _required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.Index(None, "version_id", "name"),
)

evaluations = _table(
    "evaluations",
    _parent("versions"),
    _required("version_digest", DIGEST),
    _required("dataset", NAME),
    _required("dataset_digest", DIGEST),
    _required("rows", sa.BigInteger),
    _required("metrics", Json),
    _required("policy_digest", DIGEST),
    _required("created_at", UtcDateTime),
    _required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    # What pictures and tables are drawn from; none where an older release recorded.
    sa.Column("details", Json),
    sa.Index(None, "version_id", "dataset"),
)

verdicts = _table(
    "verdicts",
    _parent("evaluations"),
    _required("gate", sa.Text),
    _required("gate_digest", DIGEST),
    _required("severity", WORD),
    _required("outcome", WORD),
    _required("dataset", NAME),
    _required("metric", sa.Text),
    _required("comparison", sa.Text),
    sa.Column("threshold", sa.Double),
    sa.Column("observed", sa.Double),
    _required("detail", sa.Text),
    sa.UniqueConstraint("evaluation_id", "gate"),
)

training_runs = _table(
    "training_runs",
    _parent("models"),
    _required("name", NAME),
    _required("status", WORD),
    _required("problem", sa.Text),
    sa.Column("version", NUMBER),
    sa.Column("run_id", sa.Text),
    _required("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "name"),
)

builds = _table(
    "builds",
    _parent("versions"),
    _required("run_id", sa.Text),
    _required("state", WORD),
    _required("started_at", UtcDateTime),
    sa.Column("completed_at", UtcDateTime),
    sa.UniqueConstraint("version_id"),
)

stage_moves = _table(
    "stage_moves",
    _parent("models"),
    _parent("versions"),
    _required("source", WORD),
    _required("target", WORD),
    sa.Column("replaced", NUMBER),
    _required("automatic", sa.Boolean),
    _required("actor", sa.Text),
    _required("reason", sa.Text),
    sa.Column("run_id", sa.Text),
    _required("at", UtcDateTime),
    _required("sequence", sa.Integer),
    sa.UniqueConstraint("model_id", "sequence"),
    sa.Index(None, "version_id"),
)

# What retention may not take, by whom and why: a checkpoint's key or a version's number.
pins = _table(
    "pins",
    _parent("models"),
    _required("subject", WORD),
    _required("name", NUMBER),
    _required("reason", sa.Text),
    _required("pinned_by", sa.Text),
    _required("pinned_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "subject", "name"),
)

# Files that belong to a version beside what it is and what it was converted to.
attachments = _table(
    "attachments",
    _parent("versions"),
    _required("name", NAME),
    _required("kind", WORD),
    _required("digest", DIGEST),
    _required("store", NAME),
    _required("size_bytes", sa.BigInteger),
    _required("stored_bytes", sa.BigInteger),
    _required("created_at", UtcDateTime),
    _required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.UniqueConstraint("version_id", "name"),
)

# What a watched place held when it was last looked at, and what became of it.
discoveries = _table(
    "discoveries",
    _parent("models"),
    _required("location", sa.Text),
    _required("fingerprint", sa.Text),
    sa.Column("checkpoint", sa.Text),
    _required("problem", sa.Text),
    _required("seen_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "location"),
)

# A row per store whose lock orders the commits that refer to its blobs, and its collections.
stores = _table("stores", _required("name", NAME), sa.UniqueConstraint("name"))

# Blobs that nothing refers to since `condemned_at`; they go when the grace period is over. Of a
# doomed one the bytes may be gone already: nothing may refer to it again.
condemned = _table(
    "condemned",
    _required("store", NAME),
    _required("blob", sa.Text),
    _required("size_bytes", sa.BigInteger),
    _required("condemned_at", UtcDateTime),
    _required("doomed", sa.Boolean),
    sa.UniqueConstraint("store", "blob"),
)

# Blobs whose bytes are gone. A save that began before an entry may not refer to its blob.
deletions = _table(
    "deletions",
    _required("store", NAME),
    _required("blob", sa.Text),
    _required("size_bytes", sa.BigInteger),
    _required("deleted_at", UtcDateTime),
    sa.Index(None, "store", "blob"),
)

# Artifacts that lie in a second store as well.
copies = _table(
    "copies",
    _required("digest", DIGEST),
    _required("store", NAME),
    _required("size_bytes", sa.BigInteger),
    _required("stored_bytes", sa.BigInteger),
    _required("created_at", UtcDateTime),
    _required("created_by", sa.Text),
    sa.UniqueConstraint("digest", "store"),
)

# No foreign key to `models`: the trail has to outlive what it speaks of.
audit = _table(
    "audit",
    _required("model", NAME),
    _required("sequence", sa.Integer),
    _required("action", sa.String(40)),
    sa.Column("version", NUMBER),
    _required("actor", sa.Text),
    _required("reason", sa.Text),
    sa.Column("run_id", sa.Text),
    _required("before", Json),
    _required("after", Json),
    _required("at", UtcDateTime),
    _required("previous_hash", DIGEST),
    _required("hash", DIGEST),
    sa.UniqueConstraint("model", "sequence"),
)
