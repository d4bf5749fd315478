import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from frontier_assets.errors import RegistrySchemaError
from frontier_assets.registry import Registry, schema, tables

CREATE = """
import sys
from frontier_assets.registry import Registry
sys.stdin.readline()
with Registry.open(sys.argv[1]) as registry:
    registry.models.ensure("m", actor=sys.argv[2])
"""


def execute(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


def fresh(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "some" / "folder" / "registry.db"
    return path, f"sqlite:///{path}"


def test_a_missing_database_is_created_with_its_folders(tmp_path: Path) -> None:
    path, url = fresh(tmp_path)
    with Registry.open(url) as registry:
        assert registry.models.list() == []
        assert registry.url == url
    assert path.exists()
    assert Registry.current(url) == (schema.HEAD, schema.HEAD)


def test_asking_for_the_revision_creates_nothing(tmp_path: Path) -> None:
    path, url = fresh(tmp_path)
    assert Registry.current(url) == (None, schema.HEAD)
    assert not path.parent.exists()


def test_the_migrations_make_exactly_the_tables(registry: Registry) -> None:
    with registry._database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.models.metadata) == []


def test_the_migrations_also_make_what_comparison_does_not_see(
    registry: Registry, tmp_path: Path
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/plain.db")
    tables.models.metadata.create_all(engine)
    query = sa.text(
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name"
    )

    def statements(connection: sa.Connection) -> dict[str, set[str]]:
        rows = connection.execute(query).all()
        return {row.name: set((row.sql or "").replace(",", " ").split()) for row in rows}

    with engine.connect() as plain, registry._database.read() as migrated:
        assert statements(migrated) == statements(plain)
    engine.dispose()


def test_the_newest_migration_is_the_one_this_release_asks_for() -> None:
    assert schema._known()[0] == schema.HEAD


def test_tables_without_a_revision_are_refused(path: Path, url: str) -> None:
    execute(path, "DELETE FROM alembic_version")
    with pytest.raises(RegistrySchemaError, match="not a registry: it holds other tables"):
        Registry.open(url)


def test_an_older_revision_names_the_upgrade(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = schema.HEAD
    monkeypatch.setattr(schema, "HEAD", "9999")
    expected = rf"{newest} is older.*9999.*frontier db upgrade"
    with pytest.raises(RegistrySchemaError, match=expected):
        Registry.open(url)


def test_a_newer_schema_is_refused_and_never_upgraded(path: Path, url: str) -> None:
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegistrySchemaError, match=r"9999 is newer.*install a newer"):
        Registry.open(url)
    with pytest.raises(RegistrySchemaError, match="newer"):
        Registry.upgrade(url)
    assert Registry.current(url) == ("9999", schema.HEAD)


def test_upgrading_creates_and_then_does_nothing(tmp_path: Path) -> None:
    _, url = fresh(tmp_path)
    assert Registry.upgrade(url) == (None, schema.HEAD)
    assert Registry.upgrade(url) == (schema.HEAD, schema.HEAD)
    Registry.open(url).close()


def test_an_empty_file_becomes_a_registry(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.touch()
    with Registry.open(f"sqlite:///{path}") as registry:
        assert registry.audit.verify() == 0


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    execute(path, "CREATE TABLE people (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(RegistrySchemaError, match=r"not a registry: it holds other tables"):
        Registry.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, just a text that is long enough\n" * 100)
    with pytest.raises(RegistrySchemaError, match="not a registry: file is not a database"):
        Registry.open(f"sqlite:///{path}")


def test_four_processes_that_start_at_once_create_one_registry(tmp_path: Path) -> None:
    _, url = fresh(tmp_path)
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CREATE, url, f"p{index}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(4)
    ]
    errors = [process.communicate("go\n", timeout=120)[1] for process in processes]
    assert errors == ["", "", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    with Registry.open(url) as registry:
        assert registry.audit.verify() == 1
