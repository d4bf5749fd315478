from typing import Any

import pytest

from frontier_assets.checkpoints.measures import Measured, champion, measured_row, pareto
from frontier_assets.errors import InvalidValueError
from frontier_assets.types import Digest

A, B = Digest("a" * 64), Digest("b" * 64)


def measured(ref: str, data: Digest = A, **by_split: dict[str, float]) -> Measured:
    metrics = {split.removeprefix("registered"): values for split, values in by_split.items()}
    return Measured(ref, metrics, {"holdout": data} if "holdout" in metrics else {})


VERSIONS = [
    measured("m@1", registered={"f1_score": 0.8, "latency_ms": 9.0}, holdout={"accuracy": 0.9}),
    measured("m@2", registered={"f1_score": 0.9, "latency_ms": 20.0}, holdout={"accuracy": 0.8}),
    measured("m@3", registered={"latency_ms": 5.0}, holdout={"accuracy": 0.9}),
    measured("m@4", registered={"f1_score": 0.7, "latency_ms": 10.0}),
]


@pytest.mark.feature("VER-23")
def test_the_champion_is_the_best_and_who_was_not_measured_is_reported() -> None:
    found = champion("f1_score", VERSIONS)
    assert (found.champion, found.direction) == ("m@2", "higher")
    assert found.ranking == (("m@2", 0.9), ("m@1", 0.8), ("m@4", 0.7))
    assert found.missing == ("m@3",)


@pytest.mark.feature("VER-23")
def test_a_missing_loss_is_not_the_lowest() -> None:
    found = champion("latency_ms", [measured("m@0"), *VERSIONS])
    assert (found.champion, found.missing) == ("m@3", ("m@0",))


@pytest.mark.parametrize("metric", ["holdout.accuracy", "accuracy"])
def test_equal_ones_stay_in_the_order_given(metric: str) -> None:
    found = champion(metric, VERSIONS)
    assert (found.split, found.champion) == ("holdout", "m@1")
    assert [ref for ref, _ in found.ranking] == ["m@1", "m@3", "m@2"]


def test_a_direction_can_be_said() -> None:
    assert champion("f1_score:lower", VERSIONS).champion == "m@4"


@pytest.mark.parametrize(
    ("metric", "problem"),
    [
        ("recall", "the versions were measured by: f1_score, latency_ms, holdout.accuracy"),
        ("own", "say which way is better: own:higher or own:lower"),
        ("log_loss", "measured on several splits: say holdout.log_loss or noisy.log_loss"),
    ],
)
def test_a_metric_that_does_not_decide_is_refused(metric: str, problem: str) -> None:
    known: dict[str, Any] = {
        "own": [measured("m@1", registered={"own": 1.0})],
        "log_loss": [measured("m@1", holdout={"log_loss": 1.0}, noisy={"log_loss": 2.0})],
    }
    with pytest.raises(InvalidValueError, match=problem):
        champion(metric, known.get(metric, VERSIONS))


def test_numbers_from_different_data_are_not_held_against_each_other() -> None:
    other = [VERSIONS[0], measured("m@5", B, holdout={"accuracy": 0.99})]
    with pytest.raises(InvalidValueError, match="measured on different data"):
        champion("accuracy", other)
    row = measured_row("holdout", "accuracy", other)
    assert (row.values, row.differences) == ((0.9, 0.99), (None, None))
    assert (row.best, row.remark) == ((), "measured on different data")


@pytest.mark.feature("SRC-5")
def test_who_is_beaten_by_all_metrics_is_excluded_from_the_front() -> None:
    view = pareto(["f1_score", "latency_ms"], VERSIONS)
    assert view.front == ("m@1", "m@2")
    assert {point.ref: point.dominated_by for point in view.points}["m@4"] == "m@1"
    assert (view.directions, view.missing) == (("higher", "lower"), ("m@3",))


def test_one_metric_makes_no_front() -> None:
    with pytest.raises(InvalidValueError, match="expected two or more"):
        pareto(["f1_score"], VERSIONS)


def test_a_row_has_differences_to_the_first_and_names_the_best() -> None:
    row = measured_row("", "latency_ms", VERSIONS)
    assert row.differences == (0.0, 11.0, -4.0, 1.0)
    assert (row.direction, row.best) == ("lower", ("m@3",))
    lacking = measured_row("", "f1_score", [VERSIONS[2], VERSIONS[0]])
    assert (lacking.values, lacking.differences) == ((None, 0.8), (None, None))
    assert lacking.best == ()
