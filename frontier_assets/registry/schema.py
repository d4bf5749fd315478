"""The database's schema: creating a missing one, telling old from new, upgrading."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock

from frontier_assets.errors import (
    RegistryDamagedError,
    RegistrySchemaError,
    RegistryUnavailableError,
)
from frontier_assets.registry.connection import BUSY_TIMEOUT_S, Database

if TYPE_CHECKING:
    from alembic.config import Config

# The newest revision in migrations/versions; written here so that opening loads no Alembic.
HEAD = "0006"
MIGRATIONS = Path(__file__).parent / "migrations"
# A table that the registry has in every revision.
_OURS = "audit"
_UPGRADE_REMEDY = "run `frontier db upgrade`"
# Any number that others on the same PostgreSQL server are unlikely to lock.
_ADVISORY_LOCK = 7_203_774_128
# Alembic keeps the running migration in a module variable.
_MIGRATING = threading.Lock()


def prepare(database: Database) -> None:
    """Make sure that the schema is the one of this release; create a missing SQLite database.

    Raises:
        RegistrySchemaError: the schema is older, newer, or not a registry's.
    """
    found = current(database)
    if found is None and database.path is not None:
        found = _create(database)
    if found == HEAD:
        return
    if found is None:
        raise RegistrySchemaError(database.shown, "the database is empty", _UPGRADE_REMEDY)
    raise _mismatch(database, found)


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema to this release's revision; return the revision before and after."""
    with _alone(database):
        before = _revision(database)
        if before is not None and before != HEAD and before not in _known():
            raise _mismatch(database, before)
        if before != HEAD:
            _migrate(database, HEAD)
    return before, HEAD


def current(database: Database) -> str | None:
    """Return the schema's revision; None for a missing or empty database, which stays so."""
    return None if _is_missing(database) else _revision(database)


def _revision(database: Database) -> str | None:
    try:
        with database.read() as connection:
            tables = sa.inspect(connection).get_table_names()
            if "alembic_version" in tables:
                tables.remove("alembic_version")
                found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
                # Dagster keeps the revision of its own storage under the same name.
                if found is not None and (_OURS in tables or not tables):
                    return str(found)
    except RegistryDamagedError as error:
        raise _not_a_registry(database, error.problem) from error
    if tables:
        raise _not_a_registry(database, f"it holds other tables ({', '.join(tables[:3])})")
    return None


def _is_missing(database: Database) -> bool:
    path = database.path
    if path is None:
        return False
    try:
        return not (path.exists() and path.stat().st_size)
    except OSError as error:
        raise RegistryUnavailableError(database.shown, str(error)) from error


def _create(database: Database) -> str | None:
    with _alone(database):
        if _revision(database) is None:
            _migrate(database, HEAD)
        return _revision(database)


def _migrate(database: Database, target: str) -> None:
    # One transaction: whoever looks sees the old schema or the new one.
    from alembic import command  # noqa: PLC0415 - only a migration needs it

    if database.path is not None:
        database.write_ahead()
    with _MIGRATING, database.rebuild() as connection:
        if database.path is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        command.upgrade(_alembic(connection), target)


def _alembic(connection: sa.Connection | None = None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see _migrate

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _known() -> list[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see _migrate

    scripts = ScriptDirectory.from_config(_alembic())
    return [script.revision for script in scripts.walk_revisions()]


@contextlib.contextmanager
def _alone(database: Database) -> Iterator[None]:
    if database.path is None:
        yield
        return
    lock = FileLock(f"{database.path}.lock", timeout=BUSY_TIMEOUT_S)
    try:
        database.path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise RegistryUnavailableError(database.shown, str(error)) from error
    try:
        yield
    finally:
        lock.release()


def _mismatch(database: Database, found: str) -> RegistrySchemaError:
    if found in _known():
        problem = f"its schema {found} is older than this release's {HEAD}"
        return RegistrySchemaError(database.shown, problem, _UPGRADE_REMEDY)
    problem = f"its schema {found} is newer than this release's {HEAD}"
    return RegistrySchemaError(database.shown, problem, "install a newer frontier_assets")


def _not_a_registry(database: Database, problem: str) -> RegistrySchemaError:
    return RegistrySchemaError(
        database.shown, f"not a registry: {problem}", "give FRONTIER_REGISTRY_URL another database"
    )
