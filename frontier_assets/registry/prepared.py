"""Statements that are compiled once and handed to SQLite's driver as they are.

A change of the registry is a dozen small statements, and for each SQLAlchemy builds a context and a
result, which takes several times as long as SQLite needs to run it. With a server, the way there
takes longest, and SQLAlchemy knows how to send several rows at once: there it runs them itself.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.labels import refuse_unkept
from frontier_assets.registry.sqlite_file import explained, sqlite_of

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

    def __call__(self, connection: sa.Connection, values: _Values) -> "Rows":
        """Run it with these ``values`` and return all rows that it gives."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection, values).run(connection, values)
        result = connection.execute(self._statement, values)
        return Rows(result.all() if result.returns_rows else ())

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


class Rows(list[Any]):
    """Rows whose columns are attributes, as those of SQLAlchemy are."""

    def first(self) -> Any | None:  # noqa: ANN401 - a row
        """Return the first one, or None."""
        return self[0] if self else None

    def one_or_none(self) -> Any | None:  # noqa: ANN401 - a row
        """Return the only one, or None.

        Raises:
            MultipleResultsFound: there are more.
        """
        if len(self) > 1:
            raise sa.exc.MultipleResultsFound
        return self.first()

    def one(self) -> Any:  # noqa: ANN401 - a row
        """Return the only one.

        Raises:
            NoResultFound: there is none.
            MultipleResultsFound: there are more.
        """
        if not self:
            raise sa.exc.NoResultFound
        return self.one_or_none()


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
        self._names = [*(compiled.positiontup or ())]
        binds = {name: compiled.binds[name] for name in self._names}
        # Values that the statement itself was written with.
        self._given = {
            name: bind.effective_value for name, bind in binds.items() if not bind.required
        }
        kinds = [binds[name].type for name in self._names]
        writes = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds]
        self._write = [(at, process) for at, process in enumerate(writes) if process is not None]
        # What is written in another way, such as JSON, has no text that is not kept.
        self._texts = [
            at
            for at, (kind, process) in enumerate(zip(kinds, writes, strict=True))
            if process is None and not isinstance(kind, sa.Numeric | sa.Integer)
        ]
        returned = [*statement.exported_columns]
        names = [str(column.key) for column in returned]
        row: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - known now
        self._row = row._make
        reads = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned
        ]
        self._read = [(at, process) for at, process in enumerate(reads) if process is not None]

    def run(self, connection: sa.Connection, values: _Values) -> Rows:
        bound = self._bound(values)
        try:
            cursor: Any = sqlite_of(connection).cursor()
            connection.dialect.do_execute(cursor, self._text, bound)
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise explained(error, connection, self._text, bound) from error
        return Rows(map(self._as_read if self._read else self._row, found))

    def run_each(self, connection: sa.Connection, rows: Iterable[_Values]) -> None:
        bound = [self._bound(values) for values in rows]
        try:
            cursor: Any = sqlite_of(connection).cursor()
            connection.dialect.do_executemany(cursor, self._text, bound)
        except sqlite3.Error as error:
            raise explained(error, connection, self._text, bound) from error

    def _bound(self, values: _Values) -> list[Any]:
        known = {**self._given, **values} if self._given else values
        bound = [known[name] for name in self._names]
        for at, process in self._write:
            bound[at] = process(bound[at])
        if self._texts:
            refuse_unkept([bound[at] for at in self._texts])
        return bound

    def _as_read(self, stored: Sequence[Any]) -> Any:  # noqa: ANN401 - a row
        values = [*stored]
        for at, process in self._read:
            values[at] = process(values[at])
        return self._row(values)
