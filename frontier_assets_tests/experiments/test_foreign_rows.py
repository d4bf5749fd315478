"""Observations that somebody else writes: Parquet files and tables of a database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.foreign_table import SqlTable
from frontier_assets_tests.experiments.conftest import CONTROL, TREATMENT, Lab, data_frame


def test_parquet_files_of_somebody_else_are_read_where_they_lie(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    running = lab.running(source=f"{tmp_path}/events")
    assert lab.experiments.analyze(running.id).counts.rows == 0
    for at in range(2):
        frame = data_frame(lab.draw(100, start=100 * at, accuracy=(0.5, 0.5)))
        frame.assign(unrelated="x").to_parquet(tmp_path / "events" / f"{at}.parquet")
    seen = lab.experiments.analyze(running.id)
    assert seen.units == {CONTROL: 100, TREATMENT: 100}


@pytest.mark.parametrize("rows", [10, 60_000])
def test_a_table_of_a_database_is_taken_once(lab: Lab, tmp_path: Path, rows: int) -> None:
    running = lab.running()
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection, connection:
        connection.execute("CREATE TABLE events (unit TEXT, variant TEXT, accuracy REAL, other)")
        table = lab.draw(rows, accuracy=(0.5, 0.5))
        facts = zip(table["unit"], table["variant"].tolist(), table["accuracy"], strict=True)
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, 'x')", facts)
    events = SqlTable(f"sqlite:///{tmp_path}/events.db", "events")
    assert lab.experiments.record_many(running.id, events) == rows
    assert lab.experiments.record_many(running.id, events) == 0
    seen = lab.experiments.analyze(running.id)
    assert seen.units == {CONTROL: rows // 2, TREATMENT: rows // 2}
    assert seen.primary[0].value == pytest.approx(table["accuracy"][1::2].mean())


def test_a_table_that_there_is_not_is_refused(lab: Lab, tmp_path: Path) -> None:
    running = lab.running()
    sqlite3.connect(tmp_path / "events.db").close()
    events = SqlTable(f"sqlite:///{tmp_path}/events.db", "events")
    with pytest.raises(InvalidValueError, match="Table 'events' is not valid"):
        lab.experiments.record_many(running.id, events)


def test_a_source_with_an_unknown_variant_is_an_error(lab: Lab, tmp_path: Path) -> None:
    running = lab.running(source=f"{tmp_path}/*.parquet")
    table = lab.draw(100, accuracy=(0.5, 0.5))
    table["variant"][3] = "0.0.9"
    data_frame(table).to_parquet(tmp_path / "events.parquet")
    with pytest.raises(InvalidValueError, match=r"Variant '0\.0\.9' is not valid"):
        lab.experiments.analyze(running.id)


def test_what_is_no_parquet_file_is_an_error(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_text("unit,variant", encoding="utf-8")
    running = lab.running(source=f"{tmp_path}/*.parquet")
    with pytest.raises(InvalidValueError, match="Observations 'InvalidInputException'"):
        lab.experiments.analyze(running.id)
    with pytest.raises(InvalidValueError, match="Observations 'InvalidInputException'"):
        lab.experiments.record_many(running.id, tmp_path / "events.parquet")


def test_a_source_without_a_metric_is_an_error(lab: Lab, tmp_path: Path) -> None:
    running = lab.running(source=f"{tmp_path}/*.parquet")
    data_frame({"unit": ["u"], "variant": [CONTROL]}).to_parquet(tmp_path / "events.parquet")
    with pytest.raises(InvalidValueError, match="no column 'accuracy'"):
        lab.experiments.analyze(running.id)
