"""What was made of a version, measured on it and attached to it."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    DIGEST,
    NAME,
    WORD,
    Json,
    UtcDateTime,
    parent,
    required,
    stored,
    table,
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
    # None until its speed, size and memory were measured.
    sa.Column("performance", Json),
    sa.Column("verdicts", Json),
    sa.Index(None, "version_id", "name"),
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
