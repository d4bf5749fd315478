"""Data that prove nothing: nobody ever wins on them, and the reason is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets_tests.experiments.conftest import (
    CONTROL,
    TREATMENT,
    Lab,
    data_frame,
    write_parquet,
)

Table = dict[str, Any]


def drawn(units: int = 400) -> Table:
    treated = np.arange(units) % 2 == 1
    random = np.random.default_rng(1)
    return {
        "unit": [f"u{at}" for at in range(units)],
        "variant": np.where(treated, TREATMENT, CONTROL),
        "accuracy": np.where(treated, 0.9, 0.7) + 0.01 * random.standard_normal(units),
        "place": np.where(np.arange(units) % 4 < 2, "a", "b"),
    }


def with_values(change: Callable[[np.ndarray[Any, Any]], Any]) -> Table:
    table = drawn()
    return table | {"accuracy": change(table["accuracy"].copy())}


def first_is(value: float) -> Callable[[np.ndarray[Any, Any]], Any]:
    def change(values: np.ndarray[Any, Any]) -> Any:
        values[0] = value
        return values

    return change


def only(condition: Callable[[str], bool]) -> Table:
    table = drawn()
    kept = [condition(name) for name in table["variant"]]
    return {name: [v for v, k in zip(vs, kept, strict=True) if k] for name, vs in table.items()}


CASES: dict[str, tuple[Table, str]] = {
    "one unit in each variant": (
        {name: values[:2] for name, values in drawn().items()},
        "1 units in the smallest variant",
    ),
    "no units at all": (
        {name: values[:0] for name, values in drawn().items()},
        "0 units in the smallest variant",
    ),
    "an empty variant": (only(lambda name: name == CONTROL), "The sample ratio is broken"),
    "the same value everywhere": (
        with_values(lambda values: np.full(len(values), 0.5)),
        "has the same value in every unit",
    ),
    "a constant in each variant": (
        with_values(lambda values: np.round(values, 1)),
        "has the same value in every unit",
    ),
    "all zeros": (with_values(np.zeros_like), "has the same value in every unit"),
    "a value that is not a number": (
        with_values(first_is(float("nan"))),
        "1 values of accuracy are no finite numbers",
    ),
    "an infinite value": (
        with_values(first_is(float("inf"))),
        "1 values of accuracy are no finite numbers",
    ),
}


@pytest.mark.feature("ABT-11")
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("analysis", ["unit", "row"])
@pytest.mark.parametrize("method", ["group_sequential", "always_valid", "fixed"])
def test_nobody_wins_and_the_reason_is_said(
    lab: Lab, tmp_path: Path, name: str, analysis: str, method: str
) -> None:
    table, reason = CASES[name]
    running = lab.running(
        source=f"{tmp_path}/*.parquet",
        analysis=analysis,
        method=method,
        segments=["place"],
        planned_units=150,
        minimum_units=20,
    )
    # As somebody else's files: what is recorded here would be refused at once.
    write_parquet(table, tmp_path / "events.parquet")
    seen = lab.experiments.analyze(running.id)
    assert seen.decision != "treatment"
    assert seen.subjects == ()
    assert reason in " ".join(seen.sentences)


def test_a_rate_of_other_values_than_0_and_1_says_nothing(lab: Lab) -> None:
    running = lab.running(metric={"metric": "accuracy", "kind": "proportion"}, minimum_units=20)
    table = drawn()
    del table["place"]
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert seen.decision == "continue"
    assert "accuracy cannot be judged" in " ".join(seen.sentences)


def test_a_segment_that_one_variant_never_had_is_told(lab: Lab) -> None:
    running = lab.running(segments=["place"], minimum_units=20)
    table = drawn()
    table["place"] = [
        "only control" if v == CONTROL else "only treatment" for v in table["variant"]
    ]
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert {item.note for item in seen.segments} == {
        "control has no units",
        "treatment has no units",
    }
    assert not seen.segment_checks[0].reversed


def test_fewer_units_than_at_the_look_before_are_not_judged(lab: Lab, tmp_path: Path) -> None:
    running = lab.running(source=f"{tmp_path}/*.parquet", planned_units=4000)
    calm = drawn()
    calm["accuracy"] = 0.8 + 0.1 * np.random.default_rng(2).standard_normal(400)
    data_frame(calm).to_parquet(tmp_path / "events.parquet")
    lab.experiments.analyze(running.id)
    data_frame({name: values[:300] for name, values in drawn().items()}).to_parquet(
        tmp_path / "events.parquet"
    )
    seen = lab.experiments.analyze(running.id)
    assert seen.decision == "continue"
    assert "there are fewer units than at an earlier look" in " ".join(seen.sentences)
