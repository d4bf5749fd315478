"""Statements that are compiled once and handed to SQLite's driver as they are.

A change of the registry is a dozen small statements, and for each SQLAlchemy builds a context and a
result, which takes several times as long as SQLite needs to run it. With a server, the way there
takes longest, and SQLAlchemy knows how to send several rows at once: there it runs them itself.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

from frontier_assets.registry.connection import refuse_unkept, sqlite_of

_Values = Mapping[str, Any]
_Statement = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete


class Prepared:
    """A statement of SQLAlchemy that is run often, with other values each time.

    It has no list of values that grows (``IN``), and its parameters are named.
    """

    def __init__(self, statement: _Statement) -> None:
        """Prepare ``statement``, an insert for exactly those columns that its values have."""
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _OnSqlite] = {}

    def __call__(self, connection: sa.Connection, values: _Values) -> sa.Result[Any]:
        """Run it with these ``values``."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values)
        return self._on_sqlite(connection, values).run(connection, values)

    def each(self, connection: sa.Connection, rows: Sequence[_Values]) -> None:
        """Run it once with the values of every one of the ``rows``, of which there is one."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, rows)
        else:
            self._on_sqlite(connection, rows[0]).run_each(connection, rows)

    def _on_sqlite(self, connection: sa.Connection, values: _Values) -> "_OnSqlite":
        # Of what is no insert, the values do not change the text.
        key = tuple(values) if self._statement.is_insert else ()
        if key not in self._compiled:
            self._compiled[key] = _OnSqlite(self._statement, connection.dialect, key)
        return self._compiled[key]


class _OnSqlite:
    """A statement's text, and what is done to the values on their way in and out."""

    def __init__(
        self,
        statement: _Statement,
        dialect: sa.Dialect,
        columns: Sequence[str],
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns or None)
        self._text = str(compiled)
        binds = {name: compiled.binds[name] for name in compiled.positiontup or ()}
        # Values that the statement itself was written with.
        self._given = {
            name: bind.effective_value for name, bind in binds.items() if not bind.required
        }
        self._parameters = [
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        returned = [*statement.exported_columns] if _gives_rows(statement) else []
        self._metadata = SimpleResultMetaData([str(column.key) for column in returned])
        self._processes = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned
        ]

    def run(self, connection: sa.Connection, values: _Values) -> sa.Result[Any]:
        bound = self._bound(values)
        try:
            cursor: Any = sqlite_of(connection).cursor()
            connection.dialect.do_execute(cursor, self._text, bound)
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise self._explained(error, bound, connection) from error
        return IteratorResult(self._metadata, self._read(found))

    def run_each(self, connection: sa.Connection, rows: Iterable[_Values]) -> None:
        bound = [self._bound(values) for values in rows]
        try:
            cursor: Any = sqlite_of(connection).cursor()
            connection.dialect.do_executemany(cursor, self._text, bound)
        except sqlite3.Error as error:
            raise self._explained(error, bound, connection) from error

    def _explained(
        self, error: sqlite3.Error, bound: list[Any], connection: sa.Connection
    ) -> BaseException:
        """Return the error that SQLAlchemy would raise."""
        return sa.exc.DBAPIError.instance(
            self._text, bound, error, sqlite3.Error, dialect=connection.dialect
        )

    def _bound(self, values: _Values) -> list[Any]:
        all_values = {**self._given, **values}
        bound = [
            all_values[name] if process is None else process(all_values[name])
            for name, process in self._parameters
        ]
        refuse_unkept(bound)
        return bound

    def _read(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            yield tuple(
                [
                    value if process is None else process(value)
                    for value, process in zip(row, self._processes, strict=True)
                ]
            )


def _gives_rows(statement: _Statement) -> bool:
    return isinstance(statement, sa.Select) or bool(statement.exported_columns)
