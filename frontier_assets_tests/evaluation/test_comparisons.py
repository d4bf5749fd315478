"""A candidate against production, and several versions on one data set."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.dataset import Dataset
from frontier_assets.errors import (
    EngineUnavailableError,
    InvalidValueError,
    RegistryUnavailableError,
)
from frontier_assets.evaluation.contest import contest
from frontier_assets.evaluation.duel import (
    SIDES,
    Duel,
    FrontPoint,
    PairedMetric,
    Race,
    Side,
    front_of,
    raced,
)
from frontier_assets.predictors.engines.record import ENGINE, RECORD
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.stats.intervals import Interval
from frontier_assets.types import Outcome, Version
from frontier_assets.upkeep.saving import Marks
from frontier_assets_tests.evaluation.counted import Counted
from frontier_assets_tests.predictors.performances import steady
from frontier_assets_tests.promotion.complete import artifact


def compared(counted: Counted, version: Version) -> Duel:
    found = counted.workspace.compare_with_production(version.ref)
    assert found is not None
    return found


def test_a_candidate_is_paired_with_production_example_by_example(counted: Counted) -> None:
    counted.policy()
    holder = counted.register(*range(40))
    counted.release(holder)
    better = counted.register(*range(10))
    counted.workspace.evaluate(better.ref, "holdout")
    counted.predicted()
    found = compared(counted, better)
    (metric,) = found.metrics
    assert (metric.candidate, metric.production, metric.meaning) == (0.975, 0.9, "better")
    assert metric.difference is not None
    assert metric.difference.estimate == pytest.approx(0.075)
    assert metric.difference.lower > 0.04
    slices = {item.slice: (item.candidate, item.production) for item in found.slices}
    assert slices["light=night"] == (0.9, 0.6)
    assert slices["light=day"] == (1.0, 1.0)
    assert {(race.artifact, race.candidate.rows) for race in found.races} == {
        ("original", 1),
        ("original", 64),
    }
    assert [(point.name, point.dominated_by) for point in found.front] == [
        ("candidate original", None),
        ("production original", "candidate original"),
    ]


@pytest.mark.parametrize(
    ("wrong", "meaning"),
    [(range(40), "not told apart"), (range(38), "not told apart"), (range(80), "worse")],
)
def test_a_difference_means_what_its_interval_proves(
    counted: Counted, wrong: range, meaning: str
) -> None:
    counted.policy()
    counted.release(counted.register(*range(40)))
    version = counted.register(*wrong)
    assert [item.meaning for item in compared(counted, version).metrics] == [meaning]


def test_there_is_nothing_to_compare_with_without_production_or_in_it(counted: Counted) -> None:
    counted.policy()
    version = counted.register(1)
    assert counted.workspace.compare_with_production(version.ref) is None
    counted.release(version)
    assert counted.workspace.compare_with_production(version.ref) is None


def test_what_was_evaluated_is_not_predicted_again_but_for_its_speed(counted: Counted) -> None:
    counted.policy()
    counted.release(counted.register(1, 2))
    version = counted.register(1)
    counted.workspace.evaluate(version.ref, "holdout")
    counted.module.PREDICTED.clear()
    compared(counted, version)
    sizes = counted.module.PREDICTED
    # Production was not evaluated itself; all else are the turns of the benchmark.
    assert sum(size for size in sizes if size not in (1, 64)) == 400


def test_a_production_that_cannot_take_the_data_is_told_and_not_raised(counted: Counted) -> None:
    counted.policy()
    holder = counted.workspace.versions.register("m", object={"right": np.array([1])})
    counted.release(holder)
    found = compared(counted, counted.register(1))
    assert (found.metrics, found.races, found.front) == ((), (), ())
    (problem,) = found.problems
    assert f"{holder.number} on holdout: " in problem


def test_engines_do_not_race_outside_the_pool_of_gpus(counted: Counted, tmp_path: Path) -> None:
    counted.policy()
    workspace, (held, own) = counted.workspace, (counted.register(1), counted.register(1, 2))
    counted.release(held)
    files = {name: tmp_path / name for name in (ENGINE, RECORD)}
    for path in files.values():
        path.write_bytes(b"of a machine with a GPU")
    for version in (held, own):
        stored = workspace.stores["default"].put_files(files)
        record = workspace.registry.artifacts.add(
            "m",
            version.number,
            name="tensorrt_fp16",
            stored=Marks(workspace.registry.collection.marks()).stored(stored),
            members=sorted(stored.members),
            details={"source_digest": version.digest},
            actor="ann",
        )
        workspace.registry.artifacts.prove(
            record.id, outcome=Outcome.PASSED, detail="", measures={}, actor="ann"
        )
    found = compared(counted, own)
    assert {race.artifact for race in found.races} == {"original"}
    assert found.problems == ()


def engine() -> Predictor:
    raise EngineUnavailableError("tensorrt", "no_gpu", "the driver sees no GPU", "run it elsewhere")


def away() -> Predictor:
    raise RegistryUnavailableError("postgresql://registry", "nobody answers")


def test_what_cannot_be_opened_here_is_told_and_the_others_race(counted: Counted) -> None:
    counted.policy()
    known = counted.workspace.load(counted.register(1).ref).predictor
    openers: dict[tuple[Side, str], Callable[[], Predictor]] = {
        (side, name): make
        for side in SIDES
        for name, make in (("original", lambda: known), ("tensorrt_fp16", engine))
    }
    races, problems = raced(openers, examples(counted).inputs)
    assert {race.artifact for race in races} == {"original"}
    (problem,) = problems
    assert problem.startswith("tensorrt_fp16: ")
    assert "no_gpu" in problem


def test_a_server_that_is_away_for_a_while_is_no_finding_about_a_version(counted: Counted) -> None:
    with pytest.raises(RegistryUnavailableError):
        raced({(side, "onnx"): away for side in SIDES}, examples(counted).inputs)
    with pytest.raises(RegistryUnavailableError):
        contest({"m@1.0.0": away}, examples(counted), ["accuracy"], "labels")


@pytest.mark.parametrize(("metrics", "says"), [([], "at least one name"), (["rmse"], "rmse")])
def test_metrics_that_nobody_can_be_compared_by_are_refused(
    counted: Counted, metrics: list[str], says: str
) -> None:
    with pytest.raises(InvalidValueError, match=says):
        contest({}, examples(counted), metrics, "labels")


def paired(candidate: float, production: float, sure: float) -> PairedMetric:
    estimate = candidate - production
    interval = Interval(estimate, estimate - sure, estimate + sure)
    return PairedMetric("holdout", "accuracy", "higher", candidate, production, interval)


def pairs(*milliseconds: tuple[str, float, float]) -> list[Race]:
    return [Race(name, steady(own), steady(held)) for name, own, held in milliseconds]


@pytest.mark.feature("SRC-5")
def test_what_is_worse_in_something_and_better_in_nothing_is_off_the_front() -> None:
    races = pairs(("original", 2.0, 2.0), ("onnx", 1.0, 1.0))
    records = {
        (side, "onnx"): artifact(size_bytes=50, measures={"accuracy_drop": drop})
        for side, drop in (("candidate", 0.01), ("production", 0.0))
    }
    sizes = {"candidate": 100, "production": 100}
    front = front_of(races, paired(0.95, 0.90, sure=0.01), records, sizes)  # type: ignore[arg-type] # words, not literals
    assert [(item.name, item.metric, item.dominated_by) for item in front] == [
        ("candidate original", 0.95, None),
        ("production original", 0.90, "candidate original"),
        ("candidate onnx", pytest.approx(0.94), None),
        ("production onnx", 0.90, "candidate onnx"),
    ]


@pytest.mark.feature("SRC-5")
def test_what_neither_the_paired_test_nor_the_noise_tells_apart_stays_on_the_front() -> None:
    front = front_of(
        pairs(("original", 2.0, 2.04)),
        paired(0.95, 0.94, sure=0.02),
        {},
        {"candidate": 100, "production": 100},
    )
    assert [item.dominated_by for item in front] == [None, None]
    assert all(isinstance(item, FrontPoint) for item in front)


def examples(counted: Counted, rows: int = 200) -> Dataset:
    found: Dataset = counted.module.holdout()
    return found.take(np.arange(rows))


@pytest.mark.feature("SRC-3")
def test_versions_are_ranked_on_a_data_set_and_one_that_fails_is_told_last(
    counted: Counted,
) -> None:
    counted.policy()
    worse, better = counted.register(*range(20)), counted.register(0)
    broken = counted.workspace.versions.register("m", object={"right": np.array([1])})
    found = counted.workspace.compare_on(
        [broken.ref, worse.ref, better.ref], examples(counted), ["accuracy", "f1_macro"]
    )
    assert [item.name for item in found] == [better.ref, worse.ref, broken.ref]
    assert found[0].metrics["accuracy"] == 0.995
    assert found[1].metrics["accuracy"] == 0.9
    for item in found[:2]:
        assert item.latency is not None
        assert item.latency.p95_ms >= item.latency.p50_ms > 0
        assert item.latency.std_ms > 0
    assert (found[2].latency, dict(found[2].metrics)) == (None, {})
    assert "wrong" in found[2].problem


@pytest.mark.feature("SRC-3")
def test_no_versions_and_no_examples_are_refused(counted: Counted) -> None:
    counted.policy()
    version = counted.register(1)
    with pytest.raises(InvalidValueError, match="Versions to compare"):
        counted.workspace.compare_on([], examples(counted))
    with pytest.raises(InvalidValueError, match="at least one example"):
        counted.workspace.compare_on([version.ref], examples(counted, rows=0))
