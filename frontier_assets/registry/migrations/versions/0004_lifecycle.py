"""Branches, approvals, freezes, tombstones, signed heads, and what search needs."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create what this release adds."""
    _add_latest_index()
    _create_branches()
    _add_freezes()
    _guard_audit()
    _add_search_indexes()
    _add_framework()
    _create_version_metrics()
    _create_version_tags()
    _create_version_parameters()
    _fill_search_tables()
    _create_approvals()
    _add_authors()
    _add_origins_and_tombstones()


def _add_latest_index() -> None:
    latest = ["model_id", "branch", "major", "minor", "patch", "sequence"]
    op.create_index("ix_versions_latest", "versions", latest)


def _add_freezes() -> None:
    op.add_column("models", sa.Column("frozen_at", sa.String(length=32), nullable=True))
    op.add_column("models", sa.Column("frozen_by", sa.Text(), nullable=True))
    op.add_column("models", sa.Column("frozen_reason", sa.Text(), nullable=True))


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_refuses_{what} BEFORE {what.upper()} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def _create_branches() -> None:
    op.add_column("versions", sa.Column("merged_from", sa.String(length=150), nullable=True))
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=150), nullable=False),
        sa.Column("last_number", sa.String(length=150), nullable=True),
        sa.Column("last_merge", sa.String(length=150), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("deleted_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_branches_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("model_id", "name", name=op.f("uq_branches_model_id_name")),
        sqlite_autoincrement=True,
    )


def _add_search_indexes() -> None:
    for columns in (["major", "minor", "patch"], ["stage"], ["created_at"]):
        of_model = ["model_id", *columns]
        op.create_index(op.f(f"ix_versions_{'_'.join(of_model)}"), "versions", of_model)


def _add_framework() -> None:
    op.add_column("policies", sa.Column("framework", sa.String(length=20), nullable=True))
    policies = sa.table("policies", sa.column("id"), sa.column("document"), sa.column("framework"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(policies)).all():
        framework = json.loads(row.document).get("framework")
        connection.execute(
            sa.update(policies).where(policies.c.id == row.id).values(framework=framework)
        )


def _create_version_metrics() -> None:
    op.create_table(
        "version_metrics",
        *_of_version("version_metrics"),
        sa.Column("split", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.String(length=32), nullable=True),
        sqlite_autoincrement=True,
    )
    of_value = ["split", "name", "superseded_at", "value"]
    op.create_index(
        "ix_version_metrics_found", "version_metrics", ["model_id", *of_value, "version_id"]
    )
    op.create_index("ix_version_metrics_asked", "version_metrics", ["version_id", *of_value])


def _create_version_tags() -> None:
    op.create_table(
        "version_tags",
        *_of_version("version_tags"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("head", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_version_tags_version_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_version_tags_model_id_name_head_version_id"),
        "version_tags",
        ["model_id", "name", "head", "version_id"],
    )


def _create_version_parameters() -> None:
    op.create_table(
        "version_parameters",
        *_of_version("version_parameters"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("truth", sa.Boolean(), nullable=True),
        sa.Column("head", sa.String(length=100), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.UniqueConstraint(
            "version_id", "name", name=op.f("uq_version_parameters_version_id_name")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("number", "head"):
        op.create_index(
            op.f(f"ix_version_parameters_model_id_name_{column}_version_id"),
            "version_parameters",
            ["model_id", "name", column, "version_id"],
        )


def _of_version(table: str) -> Iterator[sa.schema.SchemaItem]:
    yield sa.Column("id", sa.Integer(), nullable=False)
    for parent in ("model", "version"):
        column = f"{parent}_id"
        yield sa.Column(column, sa.Integer(), nullable=False)
        yield sa.ForeignKeyConstraint(
            [column], [f"{parent}s.id"], name=op.f(f"fk_{table}_{column}")
        )
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


_BATCH = 1_000  # versions at a time
_VERSIONS = sa.table(
    "versions",
    *map(
        sa.column, ("id", "model_id", "metrics", "tags", "parameters", "created_at", "created_by")
    ),
)
_EVALUATIONS = sa.table(
    "evaluations",
    *map(sa.column, ("id", "version_id", "dataset", "metrics", "created_at", "created_by")),
)
_Rows = dict[str, list[dict[str, Any]]]


def _fill_search_tables() -> None:
    """Give the versions that are there the rows by which this release finds them."""
    connection = op.get_bind()
    tables = sa.MetaData()
    names = ("version_metrics", "version_tags", "version_parameters")
    tables.reflect(connection, only=names)
    newest = connection.scalar(sa.select(sa.func.max(_VERSIONS.c.id))) or 0
    for start in range(0, newest, _BATCH):
        for name, rows in _search_rows(connection, start).items():
            if rows:
                connection.execute(sa.insert(tables.tables[name]), rows)


def _search_rows(connection: sa.Connection, start: int) -> _Rows:
    rows: _Rows = {"version_metrics": [], "version_tags": [], "version_parameters": []}
    batch = sa.and_(_VERSIONS.c.id > start, _VERSIONS.c.id <= start + _BATCH)
    owners = {}
    for version in connection.execute(sa.select(_VERSIONS).where(batch)):
        owners[version.id] = owner = {"model_id": version.model_id, "version_id": version.id}
        rows["version_metrics"] += _metric_rows(owner, version, "", None)
        rows["version_tags"] += _tag_rows(owner, json.loads(version.tags))
        rows["version_parameters"] += _parameter_rows(owner, json.loads(version.parameters))
    recorded = _EVALUATIONS.c.version_id.in_(list(owners))
    order = (_EVALUATIONS.c.version_id, _EVALUATIONS.c.dataset, _EVALUATIONS.c.id)
    found = connection.execute(sa.select(_EVALUATIONS).where(recorded).order_by(*order)).all()
    for (version_id, dataset), group in groupby(found, lambda row: (row.version_id, row.dataset)):
        of_dataset = list(group)
        ends = [*(row.created_at for row in of_dataset[1:]), None]
        for row, superseded_at in zip(of_dataset, ends, strict=True):
            rows["version_metrics"] += _metric_rows(owners[version_id], row, dataset, superseded_at)
    return rows


def _metric_rows(
    owner: Mapping[str, int], row: sa.Row[Any], split: str, superseded_at: str | None
) -> Iterator[dict[str, Any]]:
    for name, value in json.loads(row.metrics).items():
        if _is_findable(name):
            yield {
                **owner,
                "split": split,
                "name": name,
                "value": value,
                "recorded_at": row.created_at,
                "recorded_by": row.created_by,
                "superseded_at": superseded_at,
            }


def _tag_rows(owner: Mapping[str, int], tags: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in tags.items():
        text = value if isinstance(value, str) else _json(value)
        if _is_findable(name) and _is_storable(text):
            yield {**owner, "name": name, "head": text[:100], "value": text}


def _parameter_rows(
    owner: Mapping[str, int], parameters: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for name, value in dict(_leaves("", parameters)).items():
        columns = dict[str, Any].fromkeys(("number", "truth", "head", "value"))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        text = value if isinstance(value, str) else _json(value)
        if not _is_findable(name) or value is None or not _is_storable(text):
            continue
        if isinstance(value, bool):
            columns["truth"] = value
        elif not is_number:
            columns |= {"head": text[:100], "value": text}
        elif abs(value) <= _LARGEST:
            columns["number"] = float(value)
        else:
            continue
        yield {**owner, "name": name, **columns}


_LARGEST = 1.7976931348623157e308  # of floating point


def _leaves(path: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and value:
            yield from _leaves(name, value)
        else:
            yield name, value


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _is_findable(name: str) -> bool:
    return 0 < len(name) <= 200 and _is_storable(name)  # noqa: PLR2004 - as the column


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("nonce", sa.String(length=100), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_approvals_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("nonce", "key", name=op.f("uq_approvals_nonce_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_approvals_version_id"), "approvals", ["version_id"], unique=False)


def _add_authors() -> None:
    op.add_column("versions", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("author_key", sa.String(length=100), nullable=True))
    op.add_column("versions", sa.Column("author_signature", sa.Text(), nullable=True))


def _add_origins_and_tombstones() -> None:
    op.add_column("models", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("deleted_at", sa.String(length=32), nullable=True))
    op.add_column("versions", sa.Column("deleted_by", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("deleted_reason", sa.Text(), nullable=True))
