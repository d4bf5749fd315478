"""A prepared statement gives what SQLAlchemy's own execution gives, on both databases."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry import Registry
from frontier_assets.registry.connection import Database
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import models, stores, versions
from frontier_assets_tests.registry.conftest import Samples

_BY_NUMBER = (
    sa.select(versions, sa.literal("as written").label("said"))
    .where(versions.c.number == sa.bindparam("number"), versions.c.sequence > 0)
    .limit(1)
)


def test_rows_are_those_that_sqlalchemy_reads(registry: Registry, samples: Samples) -> None:
    samples.register(registry, metrics={"accuracy": 0.5}, tags={"team": "vision"})
    samples.register(registry)
    wanted = {"number": "1.0.0"}
    with registry._database.read() as connection:
        own = Prepared(_BY_NUMBER)(connection, wanted).one()
        plain = connection.execute(_BY_NUMBER, wanted).one()
    assert own._asdict() == plain._asdict()
    assert own.metrics == {"accuracy": 0.5}
    assert own.created_at.tzinfo is not None
    assert own.said == "as written"


def test_it_runs_again_with_other_values(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    samples.register(registry)
    prepared = Prepared(_BY_NUMBER)
    with registry._database.read() as connection:
        found = [
            prepared(connection, {"number": number}).one_or_none()
            for number in ("1.0.0", "1.0.1", "9.9.9")
        ]
    assert [row and row.sequence for row in found] == [1, 2, None]


def test_an_insert_fills_the_columns_that_it_is_given(registry: Registry) -> None:
    prepared = Prepared(sa.insert(stores).returning(stores.c.id, stores.c.name))
    with registry._database.write() as connection:
        assert prepared(connection, {"name": "first"}).one().name == "first"
        known = prepared(connection, {"name": "second", "id": 70}).one()
    assert (known.id, known.name) == (70, "second")


def test_several_rows_are_written_at_once(registry: Registry) -> None:
    with registry._database.write() as connection:
        Prepared(sa.insert(stores)).each(connection, [{"name": "first"}, {"name": "second"}])
        names = set(connection.scalars(sa.select(stores.c.name)))
    assert {"first", "second"} <= names


def test_a_row_that_is_there_already_is_the_error_that_callers_ask_for(registry: Registry) -> None:
    prepared = Prepared(sa.insert(stores))
    with pytest.raises(IntegrityError), registry._database.write() as connection:
        prepared.each(connection, [{"name": "same"}, {"name": "same"}])
    with registry._database.read() as connection:
        assert "same" not in set(connection.scalars(sa.select(stores.c.name)))


def test_a_text_that_no_database_keeps_is_refused(registry: Registry) -> None:
    prepared = Prepared(sa.insert(stores))
    for text in ("a\0b", "half \ud800"):
        with (
            pytest.raises(InvalidValueError, match="characters that can be stored"),
            registry._database.write() as connection,
        ):
            prepared.each(connection, [{"name": text}])


def test_a_value_that_is_left_out_is_no_null(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/registry.db")
    update = sa.update(models).values(name=sa.bindparam("name"))
    with pytest.raises(KeyError, match="name"), database.write() as connection:
        Prepared(update)(connection, {})
    database.close()


def test_a_table_that_is_not_there_is_sqlalchemys_error(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/registry.db")
    values: dict[str, Any] = {"number": "1.0.0"}
    with database.engine.connect() as connection, pytest.raises(OperationalError):
        Prepared(_BY_NUMBER)(connection, values)
    database.close()
