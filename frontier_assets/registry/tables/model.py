"""Models, and what their YAML said when it was recorded."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    DIGEST,
    NAME,
    WORD,
    Json,
    UtcDateTime,
    parent,
    required,
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
    # The version with the highest number that was ever given on main. It refers to its model, so
    # that a foreign key would go round in a circle.
    sa.Column("last_version_id", sa.Integer),
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
