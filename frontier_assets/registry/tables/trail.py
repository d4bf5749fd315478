"""The audit trail."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    DIGEST,
    NAME,
    NUMBER,
    Json,
    UtcDateTime,
    required,
    table,
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
    loses_rows=False,
)
