"""Versions and the branches that they are on."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    DIGEST,
    NAME,
    NUMBER,
    WORD,
    Json,
    UtcDateTime,
    parent,
    required,
    stored,
    table,
    written_out,
)
from frontier_assets.types import MAIN, Stage

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
    # A number is found by its parts, which its order needs an index of anyway.
    sa.UniqueConstraint("model_id", "major", "minor", "patch", "number"),
    sa.UniqueConstraint("model_id", "sequence"),
    sa.Index(None, "model_id", "digest"),
    sa.Index(None, "model_id", "created_at"),
    loses_rows=False,
)
# Indexes of the few that are asked for by name: each one of all versions would be written to with
# every registration. Main's latest is known to the model.
_ON_A_BRANCH = versions.c.branch != written_out(MAIN)
sa.Index(
    "ix_versions_head",
    *(versions.c[name] for name in ("model_id", "branch", "major", "minor", "patch", "sequence")),
    sqlite_where=_ON_A_BRANCH,
    postgresql_where=_ON_A_BRANCH,
)
_STAGED, _IN_PRODUCTION = (
    versions.c.stage == written_out(stage.value) for stage in (Stage.STAGING, Stage.PRODUCTION)
)
sa.Index(
    "ix_versions_staged",
    versions.c.model_id,
    sqlite_where=_STAGED,
    postgresql_where=_STAGED,
)
sa.Index(
    "uq_versions_one_production",
    versions.c.model_id,
    unique=True,
    sqlite_where=_IN_PRODUCTION,
    postgresql_where=_IN_PRODUCTION,
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
