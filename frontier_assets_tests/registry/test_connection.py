import contextlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from frontier_assets.errors import (
    InvalidValueError,
    RegistryDamagedError,
    RegistryUnavailableError,
)
from frontier_assets.registry import Registry, connection
from frontier_assets.registry.connection import Database
from frontier_assets.registry.ledger import open_change
from frontier_assets_tests.registry.conftest import Samples


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


def test_a_model_that_others_hold_too_long_is_an_error_worth_retrying(
    url: str, monkeypatch: pytest.MonkeyPatch, samples: Samples
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.1)
    with Registry.open(url) as first, Registry.open(url) as second:
        held = open_change(first._database, "m", actor="ann")
        with held, pytest.raises(RegistryUnavailableError) as caught:
            samples.register(second)
        assert caught.value.retryable
        assert samples.register(second).number == "1.0.0"


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


def test_every_connection_to_a_file_is_durable_and_keeps_foreign_keys(
    path: Path, registry: Registry
) -> None:
    with registry._database.read() as reading:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [reading.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 2, 1, 30_000]


def test_a_reader_that_failed_amid_its_rows_leaves_no_old_state_behind(registry: Registry) -> None:
    failures = []
    for name in ("first", "second"):
        # Its frames hold the rest of the rows.
        failures.append(failed_reading(registry))
        registry.models.ensure(name, actor="ann")
        assert name in registry.audit.heads()


def failed_reading(registry: Registry) -> KeyError:
    many = sa.text(
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 999) "
        "SELECT n, (SELECT count(*) FROM models) FROM counted"
    )
    try:
        with registry._database.read() as reading:
            rows = iter(reading.execute(many))
            refuse(next(rows))
    except KeyError as error:
        return error
    raise AssertionError("nothing was refused")


def refuse(row: object) -> None:
    raise KeyError(row)


def test_few_connections_stay_open_however_many_were_in_use(tmp_path: Path) -> None:
    with Registry.open(f"sqlite:///{tmp_path}/registry.db") as registry:
        engine, counted = registry._database.engine, Counter[str]()
        for event in ("connect", "close"):
            sa.event.listen(engine, event, lambda *_, event=event: counted.update([event]))
        with contextlib.ExitStack() as readers:
            for _ in range(20):
                readers.enter_context(registry._database.read())
        # Those that wait to be used again, and those of SQLAlchemy's pool.
        assert counted["connect"] - counted["close"] <= 2 * 5
        assert counted["close"] > 0


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


@pytest.mark.parametrize("text", ["nothing\0more", "half of \ud83d"])
def test_text_that_no_database_keeps_is_refused_as_the_callers_and_changes_nothing(
    registry: Registry, text: str
) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: registry.training_runs.start("m", "r", actor="ann", run_id=text),
        lambda: registry.policies.get(text),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidValueError, match="expected characters that can be stored"):
            attempt()
    assert registry.audit.heads() == {"m": 1}


@pytest.mark.parametrize(
    "text", ["\u6a21\u578b \U0001f600", "' OR 1=1; DROP TABLE models; --", "x" * 9999]
)
def test_any_other_text_is_kept_as_it_is(registry: Registry, samples: Samples, text: str) -> None:
    samples.register(registry, description=text)
    assert registry.versions.get("m@1.0.0").description == text


def test_a_table_that_is_gone_is_named(registry: Registry, url: str) -> None:
    with registry._database.write() as writing:
        writing.execute(sa.text("DROP TABLE policies"))
    with pytest.raises((RegistryDamagedError, RegistryUnavailableError), match="policies"):
        registry.policies.get("a" * 64)


@pytest.mark.parametrize("place", ["/proc/none", "/dev/null"])
def test_a_place_where_nothing_can_be_made_is_named(place: str) -> None:
    with pytest.raises(RegistryUnavailableError, match=place):
        Registry.open(f"sqlite:///{place}/registry.db")
