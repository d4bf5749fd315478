"""What search finds of a version, as rows with indexes of their own."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    HEAD,
    LABEL,
    NAME,
    UtcDateTime,
    keyed_table,
    parent,
    required,
)

# Every value that a metric had; the one that is not superseded counts. ``split`` is empty for
# what was registered with the version, else the data set or the split that it was measured on.
# ``sequence`` is that of the audit entry which tells of the value. Of values that were recorded
# before there was one, the last has 0, the one before it -1, and so on.
version_metrics = keyed_table(
    "version_metrics",
    parent("models"),
    parent("versions"),
    required("split", NAME),
    required("name", LABEL),
    required("sequence", sa.Integer),
    required("value", sa.Double),
    required("recorded_at", UtcDateTime),
    required("recorded_by", sa.Text),
    sa.Column("superseded_at", UtcDateTime),
    sa.Index(
        "ix_version_metrics_found",
        *("model_id", "split", "name", "superseded_at", "value", "version_id"),
    ),
    key=("version_id", "split", "name", "sequence"),
)

# Tags and parameters as search finds them. PostgreSQL indexes no long texts, so ``head`` has a
# text's beginning; a parameter is a number, a truth or a text, under the path that leads to it.
version_tags = keyed_table(
    "version_tags",
    parent("models"),
    parent("versions"),
    required("name", LABEL),
    required("head", HEAD),
    required("value", sa.Text),
    sa.Index(None, "model_id", "name", "head", "version_id"),
    key=("version_id", "name"),
)

version_parameters = keyed_table(
    "version_parameters",
    parent("models"),
    parent("versions"),
    required("name", LABEL),
    sa.Column("number", sa.Double),
    sa.Column("truth", sa.Boolean),
    sa.Column("head", HEAD),
    sa.Column("value", sa.Text),
    sa.Index(None, "model_id", "name", "number", "version_id"),
    sa.Index(None, "model_id", "name", "head", "version_id"),
    key=("version_id", "name"),
)
