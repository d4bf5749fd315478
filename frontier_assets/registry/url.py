"""The registry's URL: which databases it may name, and what its query may say about them."""

import os
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from frontier_assets.errors import SettingsError

SETTING = "FRONTIER_REGISTRY_URL"
_FORMS = "write sqlite:///path/to/registry.db or postgresql://user@host/database"
# SQLAlchemy 2.1 would take psycopg 3 for `postgresql`, which dagster-postgres does not bring.
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "postgresql+psycopg2": "postgresql+psycopg2",
}
_HERE = ("", "localhost", "127.0.0.1", "::1")
# The smallest value of each, and the one that counts when the URL has none. SQLAlchemy reads -1
# and a size of 0 as "no limit", which a server of 100 connections does not survive.
_POOL = {"pool_size": (1, 5), "max_overflow": (0, 10), "pool_timeout": (0, 30)}


def checked_url(text: str) -> sa.URL:
    """Read a database URL; `SettingsError` for anything but a SQLite file or PostgreSQL."""
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so the message may not.
        raise SettingsError(SETTING, "the value is not a database URL", _FORMS) from error
    if url.drivername not in _DRIVERS:
        raise SettingsError(SETTING, f"'{url.drivername}' is not supported", _FORMS)
    url = url.set(drivername=_DRIVERS[url.drivername])
    if url.get_backend_name() == "postgresql":
        _check_parameters(url)
        return url
    if url.database in {None, "", ":memory:"}:
        raise SettingsError(SETTING, "a database in memory cannot be shared or kept", _FORMS)
    if url.query:
        problem = f"a SQLite file takes no parameter '{min(url.query)}'"
        raise SettingsError(SETTING, problem, _FORMS)
    return url


def pool_options(url: sa.URL) -> dict[str, int]:
    """Return how many connections to the server a process has at most, and how long it waits.

    `SettingsError` for a value that is no whole number, or too small.
    """
    return {
        name: _count(name, url.query.get(name, str(usual))) for name, (_, usual) in _POOL.items()
    }


def connection_url(url: sa.URL) -> sa.URL:
    """Return the ``url`` as the client library of PostgreSQL takes it.

    A server elsewhere is asked for TLS, and one that does not answer is waited for 10 s, unless
    the URL or the environment has chosen.
    """
    url = _with_default(url.difference_update_query(_POOL), "connect_timeout", "10")
    hosts = str(url.query.get("host", url.host or "")).split(",")
    here = all(host in _HERE or host.startswith("/") for host in hosts)
    return url if here else _with_default(url, "sslmode", "require")


def _with_default(url: sa.URL, name: str, value: str) -> sa.URL:
    chosen = name in url.query or f"PG{name.upper()}" in os.environ
    return url if chosen else url.update_query_dict({name: value})


def _check_parameters(url: sa.URL) -> None:
    import psycopg2.extensions  # noqa: PLC0415 - a registry on SQLite does without

    pool_options(url)
    for name in sorted(url.query.keys() - _POOL):
        try:
            psycopg2.extensions.make_dsn("", **{name: ""})
        except (psycopg2.ProgrammingError, TypeError) as error:
            remedy = f"it takes {', '.join(_POOL)} and what PostgreSQL's clients know, e.g. sslmode"
            raise SettingsError(SETTING, f"its parameter '{name}' is unknown", remedy) from error


def _count(name: str, value: Any) -> int:  # noqa: ANN401 - a text, or several
    smallest, _ = _POOL[name]
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) >= smallest:
        return int(value)
    problem = f"its parameter {name} is {value!r}"
    raise SettingsError(SETTING, problem, f"write a whole number of at least {smallest}")
