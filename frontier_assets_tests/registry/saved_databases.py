"""Registries as earlier releases left them: dumps of SQLite databases that were really in use.

Each is named after the revision of its schema. A new migration needs one more, made before it from
a registry with some history: `sqlite3 .frontier/registry.db .dump > databases/NNNN.sql`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent / "databases"
REVISIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))


def restore(revision: str, path: Path) -> str:
    """Write the saved database to ``path`` and return its URL."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FOLDER / f"{revision}.sql").read_text(encoding="utf-8"))
    return f"sqlite:///{path}"


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the project's own, with the columns in their order."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute(query)} - {"alembic_version"}
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
            for name in tables
        }
