"""A PostgreSQL server: its pool of connections, and its two kinds of transactions."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from frontier_assets.errors import ChangeUncertainError
from frontier_assets.registry.url import connection_url, pool_options


class PostgresqlServer:
    """The way to a database on a PostgreSQL server."""

    def __init__(self, url: sa.URL, *, shown: str, wait_s: float) -> None:
        """Connect to nothing yet; errors call it ``shown``, locks are waited for ``wait_s``."""
        # A connection that the server has closed meanwhile is noticed and replaced.
        pool = {"pool_pre_ping": True, **pool_options(url)}
        self.engine = sa.create_engine(connection_url(url), **pool)
        self._shown = shown
        self._wait = f"SET LOCAL lock_timeout = '{wait_s * 1000:.0f}ms'"
        # Writers lock what they change, so they want to see what the one before them committed; a
        # server that is set to SERIALIZABLE would refuse them instead.
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._writers = self.engine.execution_options(isolation_level="READ COMMITTED")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection on which every statement sees the same state of the database."""
        with self._readers.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are committed together at the end, or not at all.

        Raises:
            ChangeUncertainError: the connection was lost during the commit.
        """
        with self._writers.connect() as connection, connection.begin() as transaction:
            connection.exec_driver_sql(self._wait)
            yield connection
            try:
                transaction.commit()
            except DBAPIError as error:
                # A server that answered has refused; one that is gone may have committed before.
                if error.connection_invalidated:
                    raise ChangeUncertainError(self._shown, first_line(error)) from error
                raise

    def close(self) -> None:
        """Close the connections; a later use opens new ones."""
        self.engine.dispose()


def first_line(error: DBAPIError) -> str:
    """Return what the database said, without what drivers add below it."""
    return next(iter(str(error.orig).strip().splitlines()), "no answer")
