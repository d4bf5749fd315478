import contextlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from frontier_assets.errors import RegistrySchemaError
from frontier_assets.registry import Registry, schema, tables
from frontier_assets.registry.columns import written_out
from frontier_assets.registry.connection import Database
from frontier_assets.registry.search.conditions import fitting
from frontier_assets.registry.search.grammar import parse_where
from frontier_assets.types import Stage
from frontier_assets_tests.postgres_server import Postgres
from frontier_assets_tests.registry.conftest import Samples


def execute(url: str, statement: str) -> None:
    with contextlib.closing(Database(url)) as database, database.write() as connection:
        connection.execute(sa.text(statement))


def table_names(url: str) -> set[str]:
    with contextlib.closing(Database(url)) as database, database.read() as connection:
        return set(sa.inspect(connection).get_table_names())


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


@pytest.mark.feature("DB-19")
def test_the_migrations_make_exactly_the_tables(registry: Registry) -> None:
    with registry._database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, tables.models.metadata) == []


@pytest.mark.feature("DB-19")
@pytest.mark.usefixtures("policy")
def test_what_belongs_to_nothing_is_refused_by_the_database(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    orphans = {
        "versions": {"model_id": 99},
        "stage_moves": {"version_id": 99},
        "evaluations": {"version_id": 99},
    }
    samples.move(registry, "1.0.0", Stage.STAGING)
    samples.evaluate(registry, "1.0.0", verdicts=[])
    for name, parent in orphans.items():
        statement = sa.update(tables.models.metadata.tables[name]).values(parent)
        with pytest.raises(IntegrityError), registry._database.write() as connection:
            connection.execute(statement)


# How each database tells what it would do; PostgreSQL reads a small table whole if it may.
PLANS = {
    "sqlite": ("SELECT 1", "EXPLAIN QUERY PLAN"),
    "postgresql": ("SET LOCAL enable_seqscan = off", "EXPLAIN"),
}


@pytest.mark.feature("DB-3")
def test_names_numbers_and_stages_are_found_by_an_index(registry: Registry) -> None:
    versions = tables.versions.c
    parts = (versions.major == 1, versions.minor == 0, versions.patch == 0)
    of_model = sa.select(tables.versions).where(versions.model_id == 1)
    search = tuple(parse_where(text) for text in ("stage = 'staging'", "branch = 'b'"))
    staged, on_a_branch = (fitting(expression, [1]).query for expression in search)
    queries = {
        sa.select(tables.models).where(tables.models.c.name == "m"): "models",
        of_model.where(*parts, versions.number == "1.0.0"): "versions",
        of_model.where(versions.stage == written_out("production")): "uq_versions_one_production",
        staged: "ix_versions_staged",
        on_a_branch: "ix_versions_head",
    }
    with registry._database.read() as connection:
        prepare, explain = PLANS[connection.dialect.name]
        connection.execute(sa.text(prepare))
        for query, index in queries.items():
            text = query.compile(connection, compile_kwargs={"literal_binds": True})
            plan = str(connection.exec_driver_sql(f"{explain} {text}").all())
            assert "index" in plan.lower()
            assert index in plan


DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type != 'trigger'",
    "postgresql": """
        SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION SELECT table_name || '.' || column_name, concat_ws(' ', ordinal_position, data_type,
            character_maximum_length, is_nullable, column_default)
            FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


def definitions(connection: sa.Connection) -> dict[str, set[str]]:
    """Return the words of each definition: only their order may differ."""
    rows = connection.execute(sa.text(DEFINITIONS[connection.dialect.name])).all()
    return {
        row.name: set((row.sql or "").replace(",", " ").split())
        for row in rows
        if "alembic" not in row.name
    }


def test_the_migrations_also_make_what_comparison_does_not_see(
    registry: Registry, empty_url: str
) -> None:
    with contextlib.closing(Database(empty_url)) as plain:
        with plain.write() as writing:
            tables.models.metadata.create_all(writing)
        with plain.read() as created, registry._database.read() as migrated:
            assert definitions(migrated) == definitions(created)


def test_the_newest_migration_is_the_one_this_release_asks_for() -> None:
    assert schema._known()[0] == schema.HEAD


def test_tables_without_a_revision_are_refused(url: str) -> None:
    execute(url, "DELETE FROM alembic_version")
    with pytest.raises(RegistrySchemaError, match="not a registry: it holds other tables"):
        Registry.open(url)


def test_an_older_revision_names_the_upgrade(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = schema.HEAD
    monkeypatch.setattr(schema, "HEAD", "9999")
    expected = rf"{newest} is older.*9999.*frontier db upgrade"
    with pytest.raises(RegistrySchemaError, match=expected):
        Registry.open(url)


@pytest.mark.feature("DB-21")
def test_a_newer_schema_is_refused_and_never_upgraded(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegistrySchemaError, match=r"9999 is newer.*install a newer"):
        Registry.open(url)
    with pytest.raises(RegistrySchemaError, match="newer"):
        Registry.upgrade(url)
    assert Registry.current(url) == ("9999", schema.HEAD)


@pytest.mark.feature("DB-21")
def test_upgrading_creates_and_then_does_nothing(empty_url: str) -> None:
    assert Registry.upgrade(empty_url) == (None, schema.HEAD)
    assert Registry.upgrade(empty_url) == (schema.HEAD, schema.HEAD)
    Registry.open(empty_url).close()


def test_an_empty_database_on_a_server_waits_for_its_upgrade(postgres: Postgres) -> None:
    with postgres.database() as name:
        with pytest.raises(RegistrySchemaError, match="is empty; run `frontier db upgrade`"):
            Registry.open(postgres.url(name))
        assert table_names(postgres.url(name)) == set()


def test_an_empty_file_becomes_a_registry(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.touch()
    with Registry.open(f"sqlite:///{path}") as registry:
        assert registry.audit.verify() == 0


def test_a_database_of_something_else_is_left_alone(empty_url: str) -> None:
    execute(empty_url, "CREATE TABLE people (name TEXT)")
    for attempt in (Registry.open, Registry.upgrade):
        with pytest.raises(RegistrySchemaError, match=r"not a registry: .*other tables \(people\)"):
            attempt(empty_url)
    assert table_names(empty_url) == {"people"}


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, just a text that is long enough\n" * 100)
    with pytest.raises(RegistrySchemaError, match="not a registry: file is not a database"):
        Registry.open(f"sqlite:///{path}")
