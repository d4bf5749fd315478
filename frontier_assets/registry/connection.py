"""The way to the database: its URL, its engine and its two kinds of transactions."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError

from frontier_assets.errors import (
    FrontierAssetsError,
    RegistryDamagedError,
    RegistryUnavailableError,
    SettingsError,
)

SETTING = "FRONTIER_REGISTRY_URL"
BUSY_TIMEOUT_S = 30
_FORMS = "write sqlite:///path/to/registry.db or postgresql://user@host/database"
_WRITES = "frontier_writes"
_HERE = ("", "localhost", "127.0.0.1", "::1")


def checked_url(text: str) -> sa.URL:
    """Read a database URL; `SettingsError` for anything but a SQLite file or PostgreSQL."""
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so the message may not.
        raise SettingsError(SETTING, "the value is not a database URL", _FORMS) from error
    if url.drivername in {"postgresql", "postgres"}:
        # SQLAlchemy 2.1 would take psycopg 3, which dagster-postgres does not bring.
        return url.set(drivername="postgresql+psycopg2")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(SETTING, f"'{url.drivername}' is not supported", _FORMS)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise SettingsError(SETTING, "a database in memory cannot be shared or kept", _FORMS)
    return url


class Database:
    """One database and its connection pool; safe to share between threads, not across a fork."""

    def __init__(self, url: str) -> None:
        """Check the ``url``; nothing is opened or created yet."""
        self.url = checked_url(url)
        self.shown = self.url.set(query={}).render_as_string(hide_password=True)
        self.path = Path(str(self.url.database)) if self._is_sqlite else None
        self.engine = self._sqlite_engine() if self._is_sqlite else self._postgresql_engine()
        self._writing = self.engine.execution_options(**{_WRITES: True})
        # SQLite reads are snapshots by nature.
        self._reading = (
            self.engine
            if self._is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _sqlite_engine(self) -> sa.Engine:
        # One connection per thread that is at work, however many threads there are.
        engine = sa.create_engine(
            self.url, connect_args={"timeout": BUSY_TIMEOUT_S}, max_overflow=-1
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql_engine(self) -> sa.Engine:
        engine = sa.create_engine(_encrypted(self.url), pool_pre_ping=True, max_overflow=-1)
        sa.event.listen(engine, "begin", _begin_postgresql)
        return engine

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection on which every statement sees the same state of the database."""
        with self._unavailable(), self._reading.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are committed together at the end, or not at all.

        Raises:
            RegistryUnavailableError: the database cannot be reached, or was held by others for
                `BUSY_TIMEOUT_S`.
            RegistryDamagedError: it holds what no release wrote.
        """
        with self._unavailable(), self._writing.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _unavailable(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a row that is there already is an answer, which callers ask for
        except OperationalError as error:
            raise RegistryUnavailableError(self.shown, _first_line(error)) from error
        except DatabaseError as error:
            raise RegistryDamagedError(self.shown, _first_line(error)) from error
        except ValueError as error:
            # A value that no release wrote: no JSON, no time, no stage. Refusals pass through.
            if isinstance(error, FrontierAssetsError):
                raise
            raise RegistryDamagedError(self.shown, str(error)) from error

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        self.engine.dispose()


def _encrypted(url: sa.URL) -> sa.URL:
    """Return the ``url`` of a server elsewhere with TLS demanded, unless somebody has chosen."""
    hosts = url.query.get("host", url.host or "")
    here = all(host in _HERE or host.startswith("/") for host in str(hosts).split(","))
    if here or "sslmode" in url.query or "PGSSLMODE" in os.environ:
        return url
    return url.update_query_dict({"sslmode": "require"})


def _first_line(error: DatabaseError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), "no answer")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3.Connection
    # Python's own transaction control begins too late for `BEGIN IMMEDIATE`.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer that starts as a reader is refused at once ("database is locked") when another
    # writer came between; one that starts as a writer waits its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(_WRITES, False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S * 1000:.0f}ms'")
