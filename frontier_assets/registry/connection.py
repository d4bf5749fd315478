"""The way to the database: its URL, its engine and its two kinds of transactions."""

import contextlib
import random
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from frontier_assets.errors import (
    ChangeUncertainError,
    FrontierAssetsError,
    InvalidValueError,
    RegistryDamagedError,
    RegistryUnavailableError,
)
from frontier_assets.registry.labels import is_storable
from frontier_assets.registry.url import checked_url, connection_url, pool_options

BUSY_TIMEOUT_S = 30
# The option that holds the first statement of a transaction.
_FIRST = "frontier_first"
_DEFERRED, _IMMEDIATE = "BEGIN", "BEGIN IMMEDIATE"
_ASKING_S = (0.0005, 0.002)  # from one attempt to begin to write to the next
# PostgreSQL's codes of a refusal that says nothing about the data: no privilege, read-only.
_REFUSED = {"42501", "25006"}


class Database:
    """One database and its connection pool; safe to share between threads, not across a fork."""

    def __init__(self, url: str) -> None:
        """Check the ``url``; nothing is opened or created yet."""
        self.url = checked_url(url)
        self.shown = self.url.set(query={}).render_as_string(hide_password=True)
        on_a_server = self.url.get_backend_name() == "postgresql"
        self.path = None if on_a_server else Path(str(self.url.database))
        self.engine = self._postgresql_engine() if on_a_server else self._sqlite_engine()
        # Events of the dialect: those of the engine would slow down every statement by half.
        sa.event.listen(self.engine, "do_execute", _refuse_unkept_text)
        sa.event.listen(self.engine, "do_executemany", _refuse_unkept_rows)
        reading, writing = _postgresql_modes() if on_a_server else _sqlite_modes()
        self._reading = self.engine.execution_options(**reading)
        self._writing = self.engine.execution_options(**writing)

    def _sqlite_engine(self) -> sa.Engine:
        # One connection per thread that is at work, however many threads there are.
        engine = sa.create_engine(
            self.url, connect_args={"timeout": BUSY_TIMEOUT_S}, max_overflow=-1
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        return engine

    def _postgresql_engine(self) -> sa.Engine:
        # A connection that the server has closed meanwhile is noticed and replaced.
        pool = {"pool_pre_ping": True, **pool_options(self.url)}
        return sa.create_engine(connection_url(self.url), **pool)

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection on which every statement sees the same state of the database."""
        with self._explained(), self._reading.begin() as connection:
            _begin(connection)
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
        with (
            self._explained(),
            self._writing.connect() as connection,
            connection.begin() as transaction,
        ):
            _begin(connection)
            yield connection
            with self._uncertain():
                transaction.commit()

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
            raise kind(self.shown, _first_line(error)) from error
        except ValueError as error:
            # A value that no release wrote: no JSON, no time, no stage. Refusals pass through.
            if isinstance(error, FrontierAssetsError):
                raise
            raise RegistryDamagedError(self.shown, str(error)) from error

    @contextlib.contextmanager
    def _uncertain(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # A server that answered has refused; one that is gone may have committed before.
            if error.connection_invalidated:
                raise ChangeUncertainError(self.shown, _first_line(error)) from error
            raise

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        self.engine.dispose()


def _passes(error: DBAPIError) -> bool:
    """Tell a database that cannot be used now from one that holds what it should not."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "pgcode", None) in _REFUSED


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), "no answer")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3.Connection
    # Python's own transaction control begins too late for `BEGIN IMMEDIATE`.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # Pages are written back to the file after 16 MB of changes and not after 4: most of them are
    # the same few, which then go back once for four times.
    connection.execute("PRAGMA wal_autocheckpoint=4000")


def _sqlite_modes() -> tuple[dict[str, Any], dict[str, Any]]:
    # A writer that starts as a reader is refused at once ("database is locked") when another
    # writer came between; one that starts as a writer waits its turn. Reads are snapshots anyway.
    return {_FIRST: _DEFERRED}, {_FIRST: _IMMEDIATE}


def _postgresql_modes() -> tuple[dict[str, Any], dict[str, Any]]:
    # Writers lock what they change, so they want to see what the one before them committed; a
    # server that is set to SERIALIZABLE would refuse them instead.
    wait = f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S * 1000:.0f}ms'"
    writing = {"isolation_level": "READ COMMITTED", _FIRST: wait}
    return {"isolation_level": "REPEATABLE READ"}, writing


def _begin(connection: sa.Connection) -> None:
    statement = connection.get_execution_options().get(_FIRST)
    if statement == _IMMEDIATE:
        _wait_for_writers(connection)
    elif statement == _DEFERRED:
        # Nothing is asked of the database yet: this cannot fail.
        sqlite_of(connection).execute(_DEFERRED)
    elif statement is not None:
        connection.exec_driver_sql(statement)


def sqlite_of(connection: sa.Connection) -> sqlite3.Connection:
    """Return the driver's own connection, of a database that is a SQLite file."""
    driver: Any = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what its mode says
    return driver


def _wait_for_writers(connection: sa.Connection) -> None:
    """Begin to write once no other does, and ask as often after a long wait as after a short one.

    SQLite's own waiting asks less and less often, so that whoever has just written is first again:
    of eight busy processes one writes at a time until it is done, and the last is "locked" out.
    """
    sqlite = sqlite_of(connection)
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    sqlite.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                sqlite.execute(_IMMEDIATE)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(random.uniform(*_ASKING_S))  # noqa: S311 - no secret
            else:
                return
        connection.exec_driver_sql(_IMMEDIATE)  # says what the matter is
    finally:
        sqlite.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000:.0f}")


def refuse_unkept(values: Iterable[object]) -> None:
    """Refuse a text that not every database keeps.

    SQLite would keep a NUL and PostgreSQL not, and neither half of a surrogate pair; refused here
    it is the caller's value that is at fault, not the database's.
    """
    texts = [value for value in values if isinstance(value, str)]
    # All at once: every statement of every change is asked.
    if not is_storable("".join(texts)):
        unkept = next((text for text in texts if not is_storable(text)), "")
        raise InvalidValueError("Text", unkept, "expected characters that can be stored")


def _refuse_unkept_text(_cursor: object, _statement: str, values: Any, _context: object) -> None:  # noqa: ANN401 - of SQLAlchemy's event
    refuse_unkept(values.values() if isinstance(values, Mapping) else values)


def _refuse_unkept_rows(cursor: object, statement: str, rows: Any, context: object) -> None:  # noqa: ANN401 - of SQLAlchemy's event
    for values in rows:
        _refuse_unkept_text(cursor, statement, values, context)
