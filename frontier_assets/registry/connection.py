"""The way to the database: its URL, its kinds of transactions, and what its errors mean."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from frontier_assets.errors import (
    FrontierAssetsError,
    RegistryDamagedError,
    RegistryUnavailableError,
)
from frontier_assets.registry.labels import refuse_unkept
from frontier_assets.registry.postgresql_server import PostgresqlServer, first_line
from frontier_assets.registry.sqlite_file import SqliteFile, sqlite_of
from frontier_assets.registry.url import checked_url

BUSY_TIMEOUT_S = 30.0
# PostgreSQL's codes of a refusal that says nothing about the data: no privilege, read-only.
_REFUSED = {"42501", "25006"}


class Database:
    """One database and its connections; safe to share between threads, not across a fork."""

    def __init__(self, url: str) -> None:
        """Check the ``url``; nothing is opened or created yet."""
        self.url = checked_url(url)
        self.shown = self.url.set(query={}).render_as_string(hide_password=True)
        on_a_server = self.url.get_backend_name() == "postgresql"
        self.path = None if on_a_server else Path(str(self.url.database))
        self._place = (
            PostgresqlServer(self.url, shown=self.shown, wait_s=BUSY_TIMEOUT_S)
            if on_a_server
            else SqliteFile(self.url, wait_s=BUSY_TIMEOUT_S)
        )
        self.engine = self._place.engine
        # Events of the dialect: those of the engine would slow down every statement by half.
        sa.event.listen(self.engine, "do_execute", _refuse_unkept_text)
        sa.event.listen(self.engine, "do_executemany", _refuse_unkept_rows)

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection on which every statement sees the same state of the database."""
        with self._explained(), self._place.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are committed together at the end, or not at all.

        Raises:
            RegistryUnavailableError: the database cannot be reached, or was held by others for
                `BUSY_TIMEOUT_S`.
            RegistryDamagedError: it holds what no release wrote.
            ChangeUncertainError: the connection was lost during the commit.
        """
        with self._explained(), self._place.writing() as connection:
            yield connection

    @contextlib.contextmanager
    def rebuild(self) -> Iterator[sa.Connection]:
        """Give a connection as `write` does, on which tables can be made anew.

        Where that takes looking away from references, they are looked at once, at the end.

        Raises:
            RegistryDamagedError: a row refers to one that is not there.
        """
        if isinstance(self._place, PostgresqlServer):
            with self.write() as connection:
                yield connection
            return
        with self._explained(), self._place.rebuilding() as connection:
            yield connection
            self._check_references(connection)

    def _check_references(self, connection: sa.Connection) -> None:
        for table, row, target, _ in sqlite_of(connection).execute("PRAGMA foreign_key_check"):
            problem = f"row {row} of {table} refers to a row of {target} that is not there"
            raise RegistryDamagedError(self.shown, problem)

    def write_ahead(self) -> None:
        """Let a SQLite file be read while it is written; the file remembers it."""
        with self._explained(), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a row that is there already is an answer, which callers ask for
        except PoolTimeoutError as error:
            problem = "all connections of this process are in use (pool_size and max_overflow)"
            raise RegistryUnavailableError(self.shown, problem) from error
        except DBAPIError as error:
            kind = RegistryUnavailableError if _passes(error) else RegistryDamagedError
            raise kind(self.shown, first_line(error)) from error
        except ValueError as error:
            # A value that no release wrote: no JSON, no time, no stage. Refusals pass through.
            if isinstance(error, FrontierAssetsError):
                raise
            raise RegistryDamagedError(self.shown, str(error)) from error

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        self._place.close()


def _passes(error: DBAPIError) -> bool:
    """Tell a database that cannot be used now from one that holds what it should not."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "pgcode", None) in _REFUSED


def _refuse_unkept_text(_cursor: object, _statement: str, values: Any, _context: object) -> None:  # noqa: ANN401 - of SQLAlchemy's event
    refuse_unkept(values.values() if isinstance(values, Mapping) else values)


def _refuse_unkept_rows(cursor: object, statement: str, rows: Any, context: object) -> None:  # noqa: ANN401 - of SQLAlchemy's event
    for values in rows:
        _refuse_unkept_text(cursor, statement, values, context)
