"""Experiments between versions: their designs, looks, and where their observations lie."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    NUMBER,
    WORD,
    Json,
    UtcDateTime,
    parent,
    required,
    stored,
    table,
)

_KEY = sa.String(200)

experiments = table(
    "experiments",
    parent("models"),
    required("key", _KEY),
    required("name", _KEY),
    required("description", sa.Text),
    required("state", WORD),
    required("design", Json),
    required("namespace", sa.String(100)),
    required("coverage", sa.Double),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    required("reason", sa.Text),
    sa.Column("decision", WORD),
    required("subjects", Json),
    sa.UniqueConstraint("key"),
    sa.Index(None, "model_id", "state"),
)

experiment_variants = table(
    "experiment_variants",
    parent("experiments"),
    parent("versions"),
    required("role", WORD),
    sa.UniqueConstraint("experiment_id", "version_id"),
    sa.Index(None, "version_id"),
)

experiment_looks = table(
    "experiment_looks",
    parent("experiments"),
    required("number", sa.Integer),
    required("at", UtcDateTime),
    required("decision", WORD),
    required("result", Json),
    sa.UniqueConstraint("experiment_id", "number"),
)

# One row at a time, as services report them. A delivery that is repeated is one row.
observations = table(
    "observations",
    parent("experiments"),
    required("unit", _KEY),
    required("delivery", _KEY),
    required("variant", NUMBER),
    required("at", UtcDateTime),
    required("received_at", UtcDateTime),
    required("metrics", Json),
    required("segment", Json),
    sa.UniqueConstraint("experiment_id", "unit", "delivery"),
)

# Many rows at a time, as Parquet files in the model's store.
observation_files = table(
    "observation_files",
    parent("experiments"),
    *stored(),
    required("rows", sa.Integer),
    required("received_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.UniqueConstraint("experiment_id", "digest"),
)
