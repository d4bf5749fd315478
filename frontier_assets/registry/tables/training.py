"""Training runs, their checkpoints, and what watched places held."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
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
