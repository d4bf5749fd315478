"""The tables, as SQLAlchemy sees them. Migrations create them; a test holds the two equal."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    DIGEST,
    HEAD,
    LABEL,
    NAME,
    NUMBER,
    WORD,
    Json,
    UtcDateTime,
    parent,
    required,
    stored,
    table,
)

models = table(
    "models",
    required("name", NAME),
    required("change_sequence", sa.Integer),
    required("version_sequence", sa.Integer),
    sa.Column("policy_digest", DIGEST),
    required("created_at", UtcDateTime),
    sa.UniqueConstraint("name"),
    # Who stopped promotions, when and why; empty while nobody has.
    sa.Column("frozen_at", UtcDateTime),
    sa.Column("frozen_by", sa.Text),
    sa.Column("frozen_reason", sa.Text),
    # What is known of a model that has no YAML here, such as an imported one.
    sa.Column("description", Json),
)

policies = table(
    "policies",
    parent("models"),
    required("digest", DIGEST),
    required("document", sa.Text),
    required("recorded_at", UtcDateTime),
    required("recorded_by", sa.Text),
    sa.Column("framework", WORD),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "model_id"),
)

checkpoints = table(
    "checkpoints",
    parent("models"),
    required("run", NAME),
    required("step", sa.BigInteger),
    sa.Column("epoch", sa.BigInteger),
    *stored(),
    required("metrics", Json),
    required("parameters", Json),
    required("data_digests", Json),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.UniqueConstraint("model_id", "run", "step"),
)

versions = table(
    "versions",
    parent("models"),
    required("number", NUMBER),
    required("major", sa.Integer),
    required("minor", sa.Integer),
    required("patch", sa.Integer),
    required("sequence", sa.Integer),
    required("branch", NAME),
    sa.Column("parent", NUMBER),
    required("change", WORD),
    required("change_reason", sa.Text),
    required("build_status", WORD),
    required("stage", WORD),
    sa.Column("barred_reason", sa.Text),
    *stored(),
    sa.Column("checkpoint", sa.Text),
    sa.Column("policy_digest", DIGEST),
    required("description", sa.Text),
    required("tags", Json),
    required("parameters", Json),
    required("metrics", Json),
    required("signature", Json),
    required("data_digests", Json),
    required("environment", Json),
    sa.Column("run_id", sa.Text),
    required("created_by", sa.Text),
    required("created_at", UtcDateTime),
    sa.Column("merged_from", NUMBER),
    # Who signed the registration; empty where nobody did, and `created_by` is what they said.
    sa.Column("author", sa.Text),
    sa.Column("author_key", NAME),
    sa.Column("author_signature", sa.Text),
    # Where an imported one came from.
    sa.Column("origin", Json),
    # A deleted one keeps its row: its number is never given out again, and the past still names it.
    sa.Column("deleted_at", UtcDateTime),
    sa.Column("deleted_by", sa.Text),
    sa.Column("deleted_reason", sa.Text),
    sa.UniqueConstraint("model_id", "number"),
    sa.UniqueConstraint("model_id", "sequence"),
    sa.Index(None, "model_id", "digest"),
    # The highest number of a branch, however many versions there are.
    sa.Index("ix_versions_latest", "model_id", "branch", "major", "minor", "patch", "sequence"),
    sa.Index(None, "model_id", "major", "minor", "patch"),
    sa.Index(None, "model_id", "stage"),
    sa.Index(None, "model_id", "created_at"),
)
sa.Index(
    "uq_versions_one_production",
    versions.c.model_id,
    unique=True,
    sqlite_where=versions.c.stage == sa.literal_column("'production'"),
    postgresql_where=versions.c.stage == sa.literal_column("'production'"),
)

# `last_number` was given to the newest version on it, which may be deleted since; `last_merge` is
# the version on main that the last merge made. A deleted branch keeps its row, and so its name.
branches = table(
    "branches",
    parent("models"),
    required("name", NAME),
    required("source", NUMBER),
    sa.Column("last_number", NUMBER),
    sa.Column("last_merge", NUMBER),
    required("created_by", sa.Text),
    required("created_at", UtcDateTime),
    sa.Column("deleted_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "name"),
)

# Every value that a metric had; the one that is not superseded counts. ``split`` is empty for
# what was registered with the version, else the data set or the split that it was measured on.
version_metrics = table(
    "version_metrics",
    parent("models"),
    parent("versions"),
    required("split", NAME),
    required("name", LABEL),
    required("value", sa.Double),
    required("recorded_at", UtcDateTime),
    required("recorded_by", sa.Text),
    sa.Column("superseded_at", UtcDateTime),
    sa.Index(
        "ix_version_metrics_found",
        *("model_id", "split", "name", "superseded_at", "value", "version_id"),
    ),
    sa.Index("ix_version_metrics_asked", "version_id", "split", "name", "superseded_at", "value"),
)

# Tags and parameters as search finds them. PostgreSQL indexes no long texts, so ``head`` has a
# text's beginning; a parameter is a number, a truth or a text, under the path that leads to it.
version_tags = table(
    "version_tags",
    parent("models"),
    parent("versions"),
    required("name", LABEL),
    required("head", HEAD),
    required("value", sa.Text),
    sa.UniqueConstraint("version_id", "name"),
    sa.Index(None, "model_id", "name", "head", "version_id"),
)

version_parameters = table(
    "version_parameters",
    parent("models"),
    parent("versions"),
    required("name", LABEL),
    sa.Column("number", sa.Double),
    sa.Column("truth", sa.Boolean),
    sa.Column("head", HEAD),
    sa.Column("value", sa.Text),
    sa.UniqueConstraint("version_id", "name"),
    sa.Index(None, "model_id", "name", "number", "version_id"),
    sa.Index(None, "model_id", "name", "head", "version_id"),
)

artifacts = table(
    "artifacts",
    parent("versions"),
    required("name", NAME),
    *stored(),
    required("members", Json),
    required("details", Json),
    sa.Column("outcome", WORD),
    required("outcome_detail", sa.Text),
    required("measures", Json),
    sa.Column("verified_at", UtcDateTime),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.Index(None, "version_id", "name"),
)

evaluations = table(
    "evaluations",
    parent("versions"),
    required("version_digest", DIGEST),
    required("dataset", NAME),
    required("dataset_digest", DIGEST),
    required("rows", sa.BigInteger),
    required("metrics", Json),
    required("policy_digest", DIGEST),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    # What pictures and tables are drawn from; none where an older release recorded.
    sa.Column("details", Json),
    sa.Index(None, "version_id", "dataset"),
)

verdicts = table(
    "verdicts",
    parent("evaluations"),
    required("gate", sa.Text),
    required("gate_digest", DIGEST),
    required("severity", WORD),
    required("outcome", WORD),
    required("dataset", NAME),
    required("metric", sa.Text),
    required("comparison", sa.Text),
    sa.Column("threshold", sa.Double),
    sa.Column("observed", sa.Double),
    required("detail", sa.Text),
    sa.UniqueConstraint("evaluation_id", "gate"),
)

training_runs = table(
    "training_runs",
    parent("models"),
    required("name", NAME),
    required("status", WORD),
    required("problem", sa.Text),
    sa.Column("version", NUMBER),
    sa.Column("run_id", sa.Text),
    required("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "name"),
)

builds = table(
    "builds",
    parent("versions"),
    required("run_id", sa.Text),
    required("state", WORD),
    required("started_at", UtcDateTime),
    sa.Column("completed_at", UtcDateTime),
    sa.UniqueConstraint("version_id"),
)

stage_moves = table(
    "stage_moves",
    parent("models"),
    parent("versions"),
    required("source", WORD),
    required("target", WORD),
    sa.Column("replaced", NUMBER),
    required("automatic", sa.Boolean),
    required("actor", sa.Text),
    required("reason", sa.Text),
    sa.Column("run_id", sa.Text),
    required("at", UtcDateTime),
    required("sequence", sa.Integer),
    sa.UniqueConstraint("model_id", "sequence"),
    sa.Index(None, "version_id"),
)

# What retention may not take, by whom and why: a checkpoint's key or a version's number.
pins = table(
    "pins",
    parent("models"),
    required("subject", WORD),
    required("name", NUMBER),
    required("reason", sa.Text),
    required("pinned_by", sa.Text),
    required("pinned_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "subject", "name"),
)

# Files that belong to a version beside what it is and what it was converted to.
attachments = table(
    "attachments",
    parent("versions"),
    required("name", NAME),
    required("kind", WORD),
    *stored(),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.UniqueConstraint("version_id", "name"),
)

# What a watched place held when it was last looked at, and what became of it.
discoveries = table(
    "discoveries",
    parent("models"),
    required("location", sa.Text),
    required("fingerprint", sa.Text),
    sa.Column("checkpoint", sa.Text),
    required("problem", sa.Text),
    required("seen_at", UtcDateTime),
    sa.UniqueConstraint("model_id", "location"),
)

# A row per store whose lock orders the commits that refer to its blobs, and its collections.
stores = table("stores", required("name", NAME), sa.UniqueConstraint("name"))

# Blobs that nothing refers to since `condemned_at`; they go when the grace period is over. Of a
# doomed one the bytes may be gone already: nothing may refer to it again.
condemned = table(
    "condemned",
    required("store", NAME),
    required("blob", sa.Text),
    required("size_bytes", sa.BigInteger),
    required("condemned_at", UtcDateTime),
    required("doomed", sa.Boolean),
    sa.UniqueConstraint("store", "blob"),
)

# Blobs whose bytes are gone. A save that began before an entry may not refer to its blob.
deletions = table(
    "deletions",
    required("store", NAME),
    required("blob", sa.Text),
    required("size_bytes", sa.BigInteger),
    required("deleted_at", UtcDateTime),
    sa.Index(None, "store", "blob"),
)

# Artifacts that lie in a second store as well.
copies = table(
    "copies",
    *stored(),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.UniqueConstraint("digest", "store"),
)

# What people signed. Nothing is ever changed here: whether an approval counts, and whether it was
# consumed or voided, follows from what was signed and from the history of moves.
approvals = table(
    "approvals",
    parent("versions"),
    required("stage", WORD),
    required("payload", sa.Text),
    required("signature", sa.Text),
    required("signer", sa.Text),
    required("key", NAME),
    required("nonce", NAME),
    required("added_by", sa.Text),
    required("added_at", UtcDateTime),
    sa.UniqueConstraint("nonce", "key"),
    sa.Index(None, "version_id"),
)

# No foreign key to `models`: the trail has to outlive what it speaks of.
audit = table(
    "audit",
    required("model", NAME),
    required("sequence", sa.Integer),
    required("action", sa.String(40)),
    sa.Column("version", NUMBER),
    required("actor", sa.Text),
    required("reason", sa.Text),
    sa.Column("run_id", sa.Text),
    required("before", Json),
    required("after", Json),
    required("at", UtcDateTime),
    required("previous_hash", DIGEST),
    required("hash", DIGEST),
    sa.UniqueConstraint("model", "sequence"),
)
