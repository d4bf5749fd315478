"""What the tables are made of: types of columns, names of constraints, columns that recur."""

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.labels import LABEL_LENGTH

_Process = Callable[[Any], Any]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as ISO 8601 text with microseconds.

    Text of one width orders as time does, and the audit hash covers exactly what is stored;
    SQLite's own type would drop the time zone.
    """

    impl = sa.String(32)
    cache_ok = True

    @override
    def bind_processor(self, dialect: sa.Dialect) -> _Process:
        return _written_time

    @override
    def result_processor(self, dialect: sa.Dialect, coltype: object) -> _Process:
        return _read_time


class Json(sa.types.TypeDecorator[Any]):
    """Canonical JSON text: the same on every database, and comparable byte by byte."""

    impl = sa.Text
    cache_ok = True

    @override
    def bind_processor(self, dialect: sa.Dialect) -> _Process:
        return _written_json

    @override
    def result_processor(self, dialect: sa.Dialect, coltype: object) -> _Process:
        return _read_json


@functools.lru_cache(maxsize=32)
def iso(moment: datetime) -> str:
    """Return the stored text of a ``moment``; `ValueError` when it has no time zone.

    Everything that a change writes has the one time of the change.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use datetime.now(UTC)")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _written_time(value: datetime | None) -> str | None:
    return None if value is None else iso(value)


def _read_time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _written_json(value: object) -> str | None:
    return None if value is None else canonical_json(value)


def _read_json(value: str | None) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if value == "{}":
        return {}  # as most are, and lists of versions are long
    return None if value is None else _DECODER.decode(value)


_DECODER = json.JSONDecoder()

NAME = sa.String(100)
DIGEST = sa.String(64)
WORD = sa.String(20)
NUMBER = sa.String(150)
# Names and beginnings of texts that are searched for: an index row of PostgreSQL holds both.
HEAD_LENGTH = 100
LABEL, HEAD = sa.String(LABEL_LENGTH), sa.String(HEAD_LENGTH)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *items: sa.schema.SchemaItem, loses_rows: bool = True) -> sa.Table:
    """Return a table with an id of its own."""
    # Ids only grow: without AUTOINCREMENT SQLite gives a deleted row's id to the next one. It keeps
    # count of them in a page that each transaction writes, so what loses no rows goes without.
    identity = sa.Column("id", sa.Integer, primary_key=True)
    return sa.Table(name, metadata, identity, *items, sqlite_autoincrement=loses_rows)


def keyed_table(name: str, *items: sa.schema.SchemaItem, key: tuple[str, ...]) -> sa.Table:
    """Return a table without ids, whose rows lie in the order of their ``key`` on SQLite.

    For small rows: each insert writes one page where an id and a unique index of the key write two.
    """
    primary = sa.PrimaryKeyConstraint(*key)
    return sa.Table(name, metadata, *items, primary, sqlite_with_rowid=False)


def required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - any column type
    """Return a column that is never empty."""
    return sa.Column(name, kind, nullable=False)


def parent(table: str) -> sa.Column[int]:
    """Return the column that refers to a row of another table."""
    name = f"{table.removesuffix('s')}_id"
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id"), nullable=False)


def written_out(word: str) -> sa.ColumnElement[str]:
    """Return one of the project's own words as it stands in a statement.

    Databases use the index of a few rows only where they see, without a value that is bound later,
    that the rows asked for are among them.
    """
    return sa.literal_column(f"'{word}'")


def stored() -> tuple[sa.Column[Any], ...]:
    """Return the columns that say which artifact it is, where it lies and how large it is."""
    return (
        required("digest", DIGEST),
        required("store", NAME),
        required("size_bytes", sa.BigInteger),
        required("stored_bytes", sa.BigInteger),
    )
