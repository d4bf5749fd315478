"""A table of somebody else's database, read in blocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.connection import Database

_BLOCK = 50_000  # rows in memory at a time


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table or view called ``name`` at a SQLAlchemy ``url`` of SQLite or PostgreSQL."""

    url: str
    name: str

    def blocks(self, columns: Sequence[str]) -> Iterator[Mapping[str, list[Any]]]:
        """Yield the rows in blocks, as lists by column; those of ``columns`` that there are.

        Rows are ordered by every column, so that the same rows come in the same order.

        Raises:
            InvalidValueError: there is no such table.
            RegistryUnavailableError: the database cannot be reached.
        """
        database = Database(self.url)
        try:
            with database.read() as connection:
                yield from self._read(connection, columns)
        finally:
            database.close()

    def _read(
        self, connection: sa.Connection, columns: Sequence[str]
    ) -> Iterator[Mapping[str, list[Any]]]:
        looked_at = sa.inspect(connection)
        if self.name not in [*looked_at.get_table_names(), *looked_at.get_view_names()]:
            raise InvalidValueError("Table", self.name, "the database has no table of this name")
        there = [str(column["name"]) for column in looked_at.get_columns(self.name)]
        picked = [name for name in columns if name in there]
        of_table: list[sa.ColumnClause[Any]] = [sa.column(name) for name in picked]
        query = sa.select(*of_table).select_from(sa.table(self.name)).order_by(*of_table)
        streamed = connection.execution_options(yield_per=_BLOCK).execute(query)
        for rows in streamed.partitions():
            yield dict(zip(picked, map(list, zip(*rows, strict=True)), strict=True))
