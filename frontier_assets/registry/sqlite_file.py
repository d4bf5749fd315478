"""A SQLite file: its connections, which stay open, and its two kinds of transactions."""

import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_ASKING_S = (0.0005, 0.002)  # from one attempt to begin to write to the next
_KEPT_OPEN = 5  # connections of a kind
_IMMEDIATE = "BEGIN IMMEDIATE"


class SqliteFile:
    """The way to a SQLite file. A connection per thread that is at work, of whatever number.

    SQLAlchemy takes as long to give a connection and to take it back as a small transaction does,
    so the ones that were used last wait here, as they are.
    """

    def __init__(self, url: sa.URL, *, wait_s: float) -> None:
        """Open and create nothing yet; other writers are waited for ``wait_s``."""
        self.engine = sa.create_engine(url, connect_args={"timeout": wait_s}, max_overflow=-1)
        sa.event.listen(self.engine, "connect", _prepare)
        self._wait_s = wait_s
        self._readers: list[sa.Connection] = []
        self._writers: list[sa.Connection] = []

    def reading(self) -> contextlib.AbstractContextManager[sa.Connection]:
        """Give a connection on which every statement sees the same state of the file."""
        connection = _taken(self._readers) or self.engine.connect()
        return _transaction(connection, _read, self._readers)

    def writing(self) -> contextlib.AbstractContextManager[sa.Connection]:
        """Give a connection whose changes are committed together at the end, or not at all.

        A writer that starts as a reader is refused at once ("database is locked") when another
        writer came between; one that starts as a writer waits its turn.
        """
        connection = _taken(self._writers) or self._new_writer()
        return _transaction(connection, self._wait, self._writers)

    @contextlib.contextmanager
    def rebuilding(self) -> Iterator[sa.Connection]:
        """Give one for writing that looks after no references.

        SQLite drops no table that others refer to while it looks after references.
        """
        connection = self._new_writer()
        with contextlib.closing(connection):
            sqlite_of(connection).execute("PRAGMA foreign_keys=OFF")
            with _transaction(connection, self._wait, []):
                # What migrates commits by itself, unless SQLAlchemy knows of a transaction.
                connection.begin()
                yield connection

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        for kept in (self._readers, self._writers):
            while connection := _taken(kept):
                connection.close()
        self.engine.dispose()

    def _wait(self, connection: sa.Connection) -> None:
        wait_for_writers(connection, self._wait_s)

    def _new_writer(self) -> sa.Connection:
        connection = self.engine.connect()
        connection.detach()  # readers, who do not ask as writers do, are never given it
        sqlite_of(connection).execute("PRAGMA busy_timeout=0")
        return connection


def sqlite_of(connection: sa.Connection) -> sqlite3.Connection:
    """Return the driver's own connection, of a database that is a SQLite file."""
    driver: Any = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what its dialect says
    return driver


def explained(
    error: sqlite3.Error, connection: sa.Connection, text: str, bound: Sequence[Any] = ()
) -> BaseException:
    """Return the error that SQLAlchemy would raise for the driver's."""
    return DBAPIError.instance(text, bound, error, sqlite3.Error, dialect=connection.dialect)


def wait_for_writers(connection: sa.Connection, wait_s: float) -> None:
    """Begin to write once no other does, and ask as often after a long wait as after a short one.

    SQLite's own waiting asks less and less often, so that whoever has just written is first again:
    of eight busy processes one writes at a time until it is done, and the last is "locked" out.
    """
    sqlite = sqlite_of(connection)
    deadline = time.monotonic() + wait_s
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


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3.Connection
    # Python's own transaction control begins too late for `BEGIN IMMEDIATE`.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # Pages are written back to the file after 16 MB of changes and not after 4: most of them are
    # the same few, which then go back once for four times.
    connection.execute("PRAGMA wal_autocheckpoint=4000")


def _taken(kept: list[sa.Connection]) -> sa.Connection | None:
    try:
        return kept.pop()
    except IndexError:
        return None


def _keep(connection: sa.Connection, kept: list[sa.Connection]) -> None:
    if len(kept) < _KEPT_OPEN:
        kept.append(connection)
    else:
        connection.close()


@contextlib.contextmanager
def _transaction(
    connection: sa.Connection, begin: Callable[[sa.Connection], None], kept: list[sa.Connection]
) -> Iterator[sa.Connection]:
    is_committed = False
    try:
        begin(connection)
        yield connection
        _commit(connection)
        is_committed = True
    finally:
        if is_committed:
            _keep(connection, kept)
        else:
            _abandon(connection)


def _read(connection: sa.Connection) -> None:
    # Nothing is asked of the file yet: this cannot fail.
    sqlite_of(connection).execute("BEGIN")


def _commit(connection: sa.Connection) -> None:
    if connection.in_transaction():
        # SQLAlchemy began one of its own with the first statement that went through it.
        connection.commit()
        return
    try:
        own: Any = sqlite_of(connection)
        connection.dialect.do_commit(own)
    except sqlite3.Error as error:
        raise explained(error, connection, "COMMIT") from error


def _abandon(connection: sa.Connection) -> None:
    """Undo everything and let nobody have the connection again.

    Of a query that was not read to its end, the error's frames may hold the rest: the next
    transaction there would see the state that the query saw.
    """
    # Closing undoes as much, and what led here is the error to tell of.
    with contextlib.suppress(sqlite3.Error):
        sqlite_of(connection).rollback()
    connection.invalidate()
    connection.close()
