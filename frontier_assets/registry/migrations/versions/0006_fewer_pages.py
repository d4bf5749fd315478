"""Fewer pages to write with each change: rows that lie in their keys, and indexes of a few rows."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change what this release keeps in another way; every fact stays."""
    _add_last_versions()
    _rebuild_search_tables()
    _rebuild("stage_moves", _create_stage_moves, _STAGE_MOVES)
    if op.get_bind().dialect.name == "sqlite":
        # Without AUTOINCREMENT, of which PostgreSQL has nothing.
        _rebuild("audit", _create_audit, _AUDIT)
        _rebuild("versions", _create_versions, _VERSIONS)
    else:
        _change_indexes()


def _add_last_versions() -> None:
    op.add_column("models", sa.Column("last_version_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE models SET last_version_id = (SELECT id FROM versions "
        "WHERE versions.model_id = models.id AND branch = 'main' "
        "ORDER BY major DESC, minor DESC, patch DESC, sequence DESC LIMIT 1)"
    )


def _rebuild_search_tables() -> None:
    _rebuild("version_tags", _create_version_tags, _VERSION_TAGS)
    _rebuild("version_parameters", _create_version_parameters, _VERSION_PARAMETERS)
    counted_back = (
        "(SELECT -count(*) FROM {old} newer WHERE newer.version_id = {old}.version_id "
        "AND newer.split = {old}.split AND newer.name = {old}.name AND newer.id > {old}.id)"
    )
    _rebuild("version_metrics", _create_version_metrics, _VERSION_METRICS, sequence=counted_back)


def _rebuild(table: str, create: Callable[[], None], columns: Sequence[str], **added: str) -> None:
    """Create a table anew with the ``columns`` of its rows, and what is ``added`` to them.

    The rows wait in a table that is found by version: values are counted in it.
    """
    old = f"old_{table}"
    op.execute(f"CREATE TEMPORARY TABLE {old} AS SELECT * FROM {table}")  # noqa: S608 - names of this file
    if added:
        op.execute(f"CREATE INDEX {old}_by_version ON {old} (version_id, split, name)")
    op.drop_table(table)
    create()
    names = ", ".join(f'"{name}"' for name in (*columns, *added))
    values = ", ".join(
        [*(f'"{name}"' for name in columns), *(text.format(old=old) for text in added.values())]
    )
    op.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {old}")  # noqa: S608 - see above
    op.execute(f"DROP TABLE {old}")


_VERSION_TAGS = ("model_id", "version_id", "name", "head", "value")
_VERSION_PARAMETERS = ("model_id", "version_id", "name", "number", "truth", "head", "value")
_VERSION_METRICS = (
    *("model_id", "version_id", "split", "name", "value"),
    *("recorded_at", "recorded_by", "superseded_at"),
)
_STAGE_MOVES = (
    *("model_id", "version_id", "source", "target", "replaced", "automatic"),
    *("actor", "reason", "run_id", "at", "sequence"),
)
_AUDIT = (
    *("id", "model", "sequence", "action", "version", "actor", "reason", "run_id"),
    *("before", "after", "at", "previous_hash", "hash"),
)
_VERSIONS = (
    *("id", "model_id", "number", "major", "minor", "patch", "sequence", "branch", "parent"),
    *("change", "change_reason", "build_status", "stage", "barred_reason"),
    *("digest", "store", "size_bytes", "stored_bytes", "checkpoint", "policy_digest"),
    *("description", "tags", "parameters", "metrics", "signature", "data_digests", "environment"),
    *("run_id", "created_by", "created_at", "merged_from"),
    *("author", "author_key", "author_signature", "origin"),
    *("deleted_at", "deleted_by", "deleted_reason"),
)


def _create_version_tags() -> None:
    op.create_table(
        "version_tags",
        *_parents("version_tags"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("head", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_version_tags")),
        sqlite_with_rowid=False,
    )
    found = ["model_id", "name", "head", "version_id"]
    op.create_index(op.f(f"ix_version_tags_{'_'.join(found)}"), "version_tags", found)


def _create_version_parameters() -> None:
    op.create_table(
        "version_parameters",
        *_parents("version_parameters"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("truth", sa.Boolean(), nullable=True),
        sa.Column("head", sa.String(length=100), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_version_parameters")),
        sqlite_with_rowid=False,
    )
    for column in ("number", "head"):
        found = ["model_id", "name", column, "version_id"]
        index = op.f(f"ix_version_parameters_{'_'.join(found)}")
        op.create_index(index, "version_parameters", found)


def _create_version_metrics() -> None:
    op.create_table(
        "version_metrics",
        *_parents("version_metrics"),
        sa.Column("split", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint(
            *("version_id", "split", "name", "sequence"), name=op.f("pk_version_metrics")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_version_metrics_found",
        "version_metrics",
        ["model_id", "split", "name", "superseded_at", "value", "version_id"],
    )


def _create_stage_moves() -> None:
    op.create_table(
        "stage_moves",
        *_parents("stage_moves"),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("replaced", sa.String(length=150), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "sequence", name=op.f("pk_stage_moves")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_stage_moves_version_id"), "stage_moves", ["version_id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=150), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("model", "sequence", name=op.f("uq_audit_model_sequence")),
    )
    # They went with the table.
    for what in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{what} BEFORE {what.upper()} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=150), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("patch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("parent", sa.String(length=150), nullable=True),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.Column("change_reason", sa.Text(), nullable=False),
        sa.Column("build_status", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("barred_reason", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=True),
        sa.Column("policy_digest", sa.String(length=64), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("data_digests", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("merged_from", sa.String(length=150), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_key", sa.String(length=100), nullable=True),
        sa.Column("author_signature", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.String(length=32), nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.Column("deleted_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_versions_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint(*_NUMBERED, name=op.f(_BY_NUMBER)),
        sa.UniqueConstraint("model_id", "sequence", name=op.f("uq_versions_model_id_sequence")),
    )
    for column in ("digest", "created_at"):
        op.create_index(op.f(f"ix_versions_model_id_{column}"), "versions", ["model_id", column])
    _index_a_few()
    _index_some("uq_versions_one_production", ["model_id"], "stage = 'production'", unique=True)


def _change_indexes() -> None:
    op.drop_constraint(op.f("uq_versions_model_id_number"), "versions")
    for index in (
        "ix_versions_latest",
        op.f("ix_versions_model_id_major_minor_patch"),
        op.f("ix_versions_model_id_stage"),
    ):
        op.drop_index(index, "versions")
    op.create_unique_constraint(op.f(_BY_NUMBER), "versions", list(_NUMBERED))
    _index_a_few()


_NUMBERED = ("model_id", "major", "minor", "patch", "number")
_BY_NUMBER = f"uq_versions_{'_'.join(_NUMBERED)}"


def _index_a_few() -> None:
    parts = ["model_id", "branch", "major", "minor", "patch", "sequence"]
    _index_some("ix_versions_head", parts, "branch != 'main'")
    _index_some("ix_versions_staged", ["model_id"], "stage = 'staging'")


def _index_some(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(
        name, "versions", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def _parents(table: str) -> list[sa.schema.SchemaItem]:
    columns = ("model_id", "version_id")
    return [
        *(sa.Column(column, sa.Integer(), nullable=False) for column in columns),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{column.removesuffix('_id')}s.id"],
                name=op.f(f"fk_{table}_{column}"),
            )
            for column in columns
        ),
    ]
