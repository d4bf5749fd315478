"""Observations: what is kept, what is refused, and by which rule rows do not count."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import ExperimentNotFoundError, InvalidValueError
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets_tests.experiments.conftest import CONTROL, MODEL, TREATMENT, Lab, data_frame


@pytest.fixture
def running(lab: Lab) -> Experiment:
    return lab.running(secondary=[{"metric": "response_time", "direction": "lower"}])


def record(lab: Lab, running: Experiment, unit: str, **values: Any) -> bool:
    facts: dict[str, Any] = {"variant": CONTROL, "metrics": {"accuracy": 0.85}}
    return bool(lab.experiments.record(running.id, unit=unit, **(facts | values)))


@pytest.mark.feature("ABT-7", "ABT-10")
def test_what_is_recorded_is_counted_and_averaged(lab: Lab, running: Experiment) -> None:
    for at, value in enumerate((0.8, 0.9, 1.0)):
        record(lab, running, f"u{at}", metrics={"accuracy": value, "response_time": 120})
    seen = lab.experiments.analyze(running.id)
    assert seen.units == {CONTROL: 3, TREATMENT: 0}
    assert seen.primary[0].control_value == pytest.approx(0.9)


@pytest.mark.feature("ABT-10")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"variant": "9.9.9"}, "Variant '9.9.9' is not valid: the experiment has 1.0.0, 1.0.1"),
        ({"metrics": {"unknown": 1}}, "Metric 'unknown'"),
        ({"metrics": {"accuracy": float("nan")}}, "expected a finite number"),
        ({"metrics": {"accuracy": float("inf")}}, "expected a finite number"),
        ({"metrics": {"accuracy": "high"}}, "expected a finite number"),
        ({"metrics": {}}, "expected at least one"),
        ({"segment": {"country": "de"}}, "Segment 'country'"),
        ({"at": datetime(2026, 1, 1)}, "expected a time zone"),  # noqa: DTZ001 - what is refused
        ({"delivery": ""}, "Delivery"),
    ],
)
def test_what_is_not_of_the_experiment_is_refused(
    lab: Lab, running: Experiment, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidValueError, match=said.replace("(", r"\(")):
        record(lab, running, "u", **values)
    assert lab.workspace.registry.observations.rows(running) == []


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("variant", [CONTROL, "9.9.9"], "Variant '9.9.9'"),
        ("variant", [CONTROL, None], "Variant None"),
        ("unit", ["u", None], "Unit None"),
        ("accuracy", [0.5, float("inf")], "Metric 'accuracy' inf"),
        ("other", [1, 2], "Column 'other'"),
    ],
)
def test_a_table_is_refused_as_a_whole(
    lab: Lab, running: Experiment, column: str, values: list[Any], said: str
) -> None:
    table = {"unit": ["u", "v"], "variant": [CONTROL, TREATMENT], "accuracy": [0.5, 0.6]}
    with pytest.raises(InvalidValueError, match=said):
        lab.experiments.record_many(running.id, table | {column: values})
    assert lab.workspace.registry.observations.files(running) == []


def test_nothing_is_recorded_before_the_start(lab: Lab) -> None:
    created = lab.create()
    with pytest.raises(ExperimentNotFoundError):
        record(lab, created, "u")
    with pytest.raises(ExperimentNotFoundError):
        lab.experiments.record_many(created.id, lab.draw(4, accuracy=(0.5, 0.5)))


def test_a_data_frame_and_a_parquet_file_are_taken_alike(
    lab: Lab, running: Experiment, tmp_path: Path
) -> None:
    frame = data_frame(lab.draw(10, accuracy=(0.5, 0.5)))
    frame.to_parquet(tmp_path / "rows.parquet")
    assert lab.experiments.record_many(running.id, tmp_path / "rows.parquet") == 10
    assert lab.experiments.record_many(running.id, tmp_path / "rows.parquet") == 0
    other = frame.assign(unit=frame["unit"] + "x")
    assert lab.experiments.record_many(running.id, other) == 10
    assert lab.experiments.analyze(running.id).units == {CONTROL: 10, TREATMENT: 10}


def test_the_same_table_twice_is_kept_once(lab: Lab, running: Experiment) -> None:
    table = lab.draw(300, accuracy=(0.8, 0.9))
    assert lab.experiments.record_many(running.id, table) == 300
    before = lab.experiments.analyze(running.id)
    assert lab.experiments.record_many(running.id, table) == 0
    after = lab.experiments.analyze(running.id)
    assert (before.units, before.primary[0].difference) == (
        after.units,
        after.primary[0].difference,
    )


def test_a_delivery_that_is_repeated_counts_once(lab: Lab, running: Experiment) -> None:
    assert record(lab, running, "u", delivery="1")
    assert not record(lab, running, "u", delivery="1", metrics={"accuracy": 0.1})
    assert record(lab, running, "u", delivery="2")
    table = lab.draw(100, accuracy=(0.8, 0.9)) | {"delivery": [str(at) for at in range(100)]}
    lab.experiments.record_many(running.id, table)
    again = {name: [*values, *values[:50]] for name, values in table.items()}
    lab.experiments.record_many(running.id, again)
    seen = lab.experiments.analyze(running.id)
    assert (seen.counts.rows, seen.counts.duplicates) == (252, 150)
    assert seen.units == {CONTROL: 51, TREATMENT: 50}
    assert "Left out: 150 repeated deliveries." in seen.sentences


def test_rows_outside_of_its_time_are_left_out_and_counted(lab: Lab, running: Experiment) -> None:
    now = datetime.now(UTC)
    record(lab, running, "early", at=now - timedelta(days=1))
    record(lab, running, "future", at=now + timedelta(hours=1))
    record(lab, running, "fast clock", at=now + timedelta(minutes=2))
    record(lab, running, "now")
    seen = lab.experiments.analyze(running.id)
    assert (seen.counts.out_of_window, seen.counts.analysed) == (2, 2)


def test_what_comes_after_the_end_is_late_and_changes_nothing(
    lab: Lab, running: Experiment
) -> None:
    record(lab, running, "in time")
    during = datetime.now(UTC)
    lab.experiments.stop(running.id, reason="enough")
    record(lab, running, "late", at=during)
    seen = lab.experiments.analyze(running.id)
    assert (seen.counts.late, seen.counts.analysed) == (1, 1)


def test_units_of_several_variants_are_left_out_and_counted(lab: Lab, running: Experiment) -> None:
    for variant in (CONTROL, TREATMENT):
        record(lab, running, "crossed", variant=variant)
    record(lab, running, "faithful")
    seen = lab.experiments.analyze(running.id)
    assert (seen.counts.crossed_units, seen.units) == (1, {CONTROL: 1, TREATMENT: 0})


def test_units_of_several_variants_count_for_no_quantile(lab: Lab) -> None:
    metric = {"metric": "x", "kind": "quantile", "quantile": 0.5, "direction": "lower"}
    running = lab.running(metric=metric)
    table = lab.draw(40, x=(1.0, 2.0))
    crossed = {"unit": ["c"] * 80, "variant": [CONTROL, TREATMENT] * 40, "x": [99.0] * 80}
    lab.experiments.record_many(running.id, table)
    lab.experiments.record_many(running.id, crossed)
    (found,) = lab.experiments.analyze(running.id).primary
    assert found.control_value == pytest.approx(np.median(table["x"][::2]))
    assert found.value == pytest.approx(np.median(table["x"][1::2]))


def test_rows_of_a_unit_are_one_observation_unless_rows_are_asked_for(lab: Lab) -> None:
    table = {
        "unit": ["a", "a", "b", "c"],
        "variant": [CONTROL, CONTROL, CONTROL, TREATMENT],
        "accuracy": [0.0, 1.0, 1.0, 1.0],
    }
    found = {}
    for analysis in ("unit", "row"):
        running = lab.running(analysis=analysis, namespace=analysis)
        lab.experiments.record_many(running.id, table)
        seen = lab.experiments.analyze(running.id)
        found[analysis] = (seen.units[CONTROL], seen.primary[0].control_value)
    assert found == {"unit": (2, 0.75), "row": (3, pytest.approx(2 / 3))}


def test_observations_are_verified_and_never_collected(lab: Lab, running: Experiment) -> None:
    lab.experiments.record_many(running.id, lab.draw(10, accuracy=(0.5, 0.5)))
    (kept,) = lab.workspace.registry.observations.files(running)
    owners = [
        item.owner
        for item in lab.workspace.registry.collection.references("default")
        if item.digest == kept.digest
    ]
    assert owners == [f"{MODEL} experiment {running.id}"]
    assert lab.workspace.store.verify().passed
