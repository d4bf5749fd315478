from pathlib import Path

import pytest
import sqlalchemy as sa

from frontier_assets.errors import (
    RegistryDamagedError,
    RegistryUnavailableError,
    SettingsError,
)
from frontier_assets.registry import Registry, connection
from frontier_assets.registry.connection import Database, checked_url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@db/registry",
        "postgres://ann:secret@db/registry",
        "postgresql+psycopg2://ann:secret@db/registry",
    ],
)
def test_postgresql_goes_through_psycopg2(url: str) -> None:
    assert checked_url(url).drivername == "postgresql+psycopg2"


@pytest.mark.parametrize(
    "url",
    ["", "nonsense:secret", "mysql://ann:secret@db/x", "sqlite://", "sqlite:///:memory:"],
)
def test_another_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"FRONTIER_REGISTRY_URL.*write sqlite:///") as caught:
        checked_url(url)
    assert "secret" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    database = Database("postgresql://ann:secret@db.test/registry?sslpassword=secret")
    assert database.shown == "postgresql+psycopg2://ann:***@db.test/registry"
    database.close()


def test_an_unreachable_server_is_an_error_worth_retrying() -> None:
    url = "postgresql://ann:secret@127.0.0.1:9/registry"
    with pytest.raises(RegistryUnavailableError, match=r"127\.0\.0\.1:9") as caught:
        Registry.open(url)
    assert caught.value.retryable
    assert "secret" not in str(caught.value)


def test_a_database_that_others_hold_too_long_is_an_error_worth_retrying(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.1)
    with Registry.open(url) as first, Registry.open(url) as second:
        with first._database.write(), pytest.raises(RegistryUnavailableError) as caught:
            second.models.ensure("other", actor="ann")
        assert caught.value.retryable
        assert second.models.ensure("other", actor="ann").change_sequence == 1


def test_readers_do_not_wait_for_a_writer(registry: Registry) -> None:
    with registry._database.write() as writing:
        writing.execute(sa.text("UPDATE models SET change_sequence = 99"))
        assert registry.audit.heads() == {"m": 1}


def test_a_reader_sees_one_state_of_the_database(registry: Registry) -> None:
    count = sa.text("SELECT count(*) FROM models")
    with registry._database.read() as reading:
        before = reading.scalar(count)
        registry.models.ensure("other", actor="ann")
        assert reading.scalar(count) == before


def test_every_connection_is_durable_and_keeps_foreign_keys(registry: Registry) -> None:
    with registry._database.read() as reading:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [reading.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 2, 1, 30_000]


def test_a_closed_registry_can_be_used_again(registry: Registry) -> None:
    registry.close()
    assert registry.models.get("m").name == "m"


def test_a_folder_in_place_of_the_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnavailableError, match=str(tmp_path)):
        Registry.open(f"sqlite:///{tmp_path}")


def test_a_value_that_no_release_wrote_is_damage_and_not_worth_retrying(
    registry: Registry,
) -> None:
    with registry._database.write() as writing:
        writing.execute(sa.text("UPDATE models SET created_at = 'yesterday'"))
    with pytest.raises(RegistryDamagedError, match=r"is damaged: .*yesterday.*backup") as caught:
        registry.models.get("m")
    assert not caught.value.retryable


def test_a_table_that_is_gone_is_named(registry: Registry, url: str) -> None:
    with registry._database.write() as writing:
        writing.execute(sa.text("DROP TABLE policies"))
    with pytest.raises((RegistryDamagedError, RegistryUnavailableError), match="policies"):
        registry.policies.get("a" * 64)


@pytest.mark.parametrize("place", ["/proc/none", "/dev/null"])
def test_a_place_where_nothing_can_be_made_is_named(place: str) -> None:
    with pytest.raises(RegistryUnavailableError, match=place):
        Registry.open(f"sqlite:///{place}/registry.db")


@pytest.mark.feature("STO-21")
@pytest.mark.parametrize(
    ("place", "mode"),
    [
        ("db.test/registry", "require"),
        ("db.test/registry?sslmode=verify-full", "verify-full"),
        ("db.test/registry?sslmode=disable", "disable"),
        ("/registry?host=db.test", "require"),
        ("localhost/registry", None),
        ("127.0.0.1:5432/registry", None),
        ("/registry?host=/run/postgresql", None),
    ],
)
def test_a_server_elsewhere_is_reached_by_tls_unless_the_url_says_otherwise(
    place: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    assert Database(f"postgresql://ann@{place}").engine.url.query.get("sslmode") == mode


def test_the_environments_choice_of_tls_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert "sslmode" not in Database("postgresql://ann@db.test/registry").engine.url.query
