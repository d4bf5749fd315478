"""Who approved which move, and every move that was made."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    NAME,
    NUMBER,
    WORD,
    UtcDateTime,
    keyed_table,
    parent,
    required,
    table,
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

stage_moves = keyed_table(
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
    sa.Index(None, "version_id"),
    key=("model_id", "sequence"),
)
