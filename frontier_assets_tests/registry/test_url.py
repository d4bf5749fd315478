import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.registry.connection import Database
from frontier_assets.registry.url import checked_url, connection_url, pool_options


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


@pytest.mark.feature("DB-22")
def test_the_pool_is_as_large_as_the_url_says_and_bounded_when_it_says_nothing() -> None:
    plain = pool_options(checked_url("postgresql://ann@db/registry"))
    assert plain == {"pool_size": 5, "max_overflow": 10, "pool_timeout": 30}
    query = "pool_size=1&max_overflow=0&pool_timeout=2"
    chosen = Database(f"postgresql://ann@127.0.0.1/registry?{query}")
    assert pool_options(chosen.url) == {"pool_size": 1, "max_overflow": 0, "pool_timeout": 2}
    # What the pool is told is not told to PostgreSQL's client, which would refuse it.
    assert set(chosen.engine.url.query) == {"connect_timeout"}


@pytest.mark.feature("DB-22")
@pytest.mark.parametrize(
    "parameter",
    [
        "pool_size=0",
        "pool_size=many",
        "pool_size=2.5",
        "max_overflow=-1",
        "pool_timeout=soon",
        "pool_timeout=1_0",
    ],
)
def test_an_impossible_pool_is_refused_by_name_and_value(parameter: str) -> None:
    name, value = parameter.split("=")
    with pytest.raises(SettingsError) as caught:
        checked_url(f"postgresql://ann:secret@db/registry?{parameter}")
    smallest = 1 if name == "pool_size" else 0
    assert str(caught.value) == (
        f"FRONTIER_REGISTRY_URL: its parameter {name} is '{value}'; "
        f"write a whole number of at least {smallest}"
    )


@pytest.mark.feature("DB-22")
@pytest.mark.parametrize("name", ["pool_sise", "pool", "dsn", "connection_factory"])
def test_an_unknown_parameter_is_refused_by_name(name: str) -> None:
    with pytest.raises(
        SettingsError, match=f"parameter '{name}' is unknown; .*pool_size"
    ) as caught:
        checked_url(f"postgresql://ann:secret@db/registry?{name}=secret")
    assert "secret" not in str(caught.value)


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"pool_size is \('1', '2'\)"):
        checked_url("postgresql://ann@db/registry?pool_size=1&pool_size=2")


def test_a_file_takes_no_parameters() -> None:
    with pytest.raises(SettingsError, match="a SQLite file takes no parameter 'pool_size'"):
        checked_url("sqlite:///registry.db?pool_size=5")


@pytest.mark.parametrize(
    ("query", "variable", "expected"),
    [("", "", "10"), ("?connect_timeout=3", "", "3"), ("", "4", None)],
)
def test_a_server_that_does_not_answer_is_not_waited_for_without_end(
    query: str, variable: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    if variable:
        monkeypatch.setenv("PGCONNECT_TIMEOUT", variable)
    url = connection_url(checked_url(f"postgresql://ann@localhost/registry{query}"))
    assert url.query.get("connect_timeout") == expected
