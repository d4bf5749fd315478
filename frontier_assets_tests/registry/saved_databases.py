"""Registries as earlier releases left them: dumps of SQLite databases that were really in use.

Each is named after the revision of its schema. A new migration needs one more, made before it from
a registry with some history: `sqlite3 .frontier/registry.db .dump > databases/NNNN.sql`. On
PostgreSQL the same rows stand in the schema that the same migrations make there.
"""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry import schema
from frontier_assets.registry.connection import Database

FOLDER = Path(__file__).parent / "databases"
REVISIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))


def restore(revision: str, path: Path) -> str:
    """Write the saved database to ``path`` and return its URL."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript((FOLDER / f"{revision}.sql").read_text(encoding="utf-8"))
    return f"sqlite:///{path}"


def restore_on_a_server(revision: str, url: str, path: Path) -> None:
    """Write the saved database to the empty one at ``url``, by way of a file at ``path``."""
    saved = restore(revision, path)
    with contextlib.closing(Database(url)) as target:
        schema._migrate(target, revision)
        tables = _tables(target)
        rows = all_rows(saved)
        with target.write() as connection:
            for table in tables:
                if rows[table.name]:
                    connection.execute(sa.insert(table), rows[table.name])
                    if "id" in table.c:
                        connection.execute(_continue_after(table))


def all_rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of the project's own, by the names of its columns.

    They come in the order in which they were written, of a version's search in that of its name.
    """
    with contextlib.closing(Database(url)) as database:
        tables = _tables(database)
        with database.read() as connection:
            found = {
                table.name: connection.execute(sa.select(table).order_by(*_order(table))).mappings()
                for table in tables
            }
            return {name: [dict(row) for row in rows] for name, rows in found.items()}


def _order(table: sa.Table) -> list[sa.Column[Any]]:
    # The same for a table whether its rows have an id, or not any more.
    keys = ("version_id", "split", "name", "recorded_at")
    is_of_search = table.name in ("version_metrics", "version_tags", "version_parameters")
    own = keys if is_of_search else ("id",) if "id" in table.c else ("sequence",)
    return [table.c[key] for key in own if key in table.c]


def _tables(database: Database) -> list[sa.Table]:
    metadata = sa.MetaData()
    with database.read() as connection:
        metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def _continue_after(table: sa.Table) -> sa.Select[Any]:
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    return sa.select(sa.func.setval(sequence, sa.func.max(table.c.id)))
