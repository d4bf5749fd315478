"""The stores: what lies in a second one, what has to stay, and which blobs went or are to go."""

import sqlalchemy as sa

from frontier_assets.registry.columns import (
    NAME,
    NUMBER,
    WORD,
    UtcDateTime,
    parent,
    required,
    stored,
    table,
)

# A row per store whose lock orders the commits that refer to its blobs, and its collections.
stores = table("stores", required("name", NAME), sa.UniqueConstraint("name"))

# Artifacts that lie in a second store as well.
copies = table(
    "copies",
    *stored(),
    required("created_at", UtcDateTime),
    required("created_by", sa.Text),
    sa.UniqueConstraint("digest", "store"),
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
