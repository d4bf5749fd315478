"""What each look at an experiment comes to, and what follows from it."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import ExperimentNotFoundError
from frontier_assets.types import ExperimentDecision, ExperimentState
from frontier_assets_tests.experiments.conftest import CONTROL, MODEL, TREATMENT, Lab


@pytest.mark.feature("ABT-14")
def test_after_the_maximum_duration_control_is_kept(lab: Lab) -> None:
    running = lab.running()
    lab.experiments.record_many(running.id, lab.draw(400, accuracy=(0.9, 0.9)))
    assert running.started_at is not None
    seen = lab.experiments.analyze(running.id, at=running.started_at + timedelta(days=8))
    assert seen.decision is ExperimentDecision.CONTROL
    assert "The maximum duration of 7 days is over" in seen.sentences[0]
    ended = lab.experiments.get(running.id)
    assert (ended.state, ended.decision) == ("decided", "control")
    assert ended.reason.startswith(seen.sentences[0])


@pytest.mark.feature("ABT-7", "ABT-11", "ABT-12")
def test_a_treatment_that_is_proved_better_wins(lab: Lab) -> None:
    running = lab.running()
    lab.experiments.record_many(running.id, lab.draw(2000, accuracy=(0.80, 0.88)))
    seen = lab.experiments.analyze(running.id)
    assert (seen.decision, seen.subjects) == ("treatment", (TREATMENT,))
    assert seen.units == {CONTROL: 1000, TREATMENT: 1000}
    assert seen.sentences[0].startswith(f"{TREATMENT} wins: accuracy +0.0")
    ended = lab.experiments.get(running.id)
    assert (ended.state, ended.subjects) == ("decided", (TREATMENT,))


@pytest.mark.feature("ABT-12")
def test_nobody_wins_before_the_minimum_of_units(lab: Lab) -> None:
    running = lab.running(minimum_units=1500)
    lab.experiments.record_many(running.id, lab.draw(2000, accuracy=(0.80, 0.88)))
    seen = lab.experiments.analyze(running.id)
    assert seen.decision is ExperimentDecision.CONTINUE
    assert seen.sentences[0] == "It goes on: 1000 units in the smallest variant, 1500 wanted."


@pytest.mark.feature("ABT-19")
def test_where_lower_is_better_the_lower_one_wins(lab: Lab) -> None:
    metric = {"metric": "latency_ms", "direction": "lower"}
    running = lab.running(metric=metric)
    lab.experiments.record_many(running.id, lab.draw(2000, latency_ms=(100, 80)))
    assert lab.experiments.analyze(running.id).subjects == (TREATMENT,)


@pytest.mark.feature("ABT-13")
def test_a_harmed_guardrail_stops_it_and_every_unit_gets_control(lab: Lab) -> None:
    running = lab.running(
        guardrails=[{"metric": "latency_ms", "direction": "lower", "margin": 0.1}]
    )
    assigner = lab.experiments.assigner(running.id, refresh_s=0)
    table = lab.draw(2000, accuracy=(0.80, 0.88), latency_ms=(100, 150))
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert (seen.decision, seen.subjects) == ("guardrail_stop", (TREATMENT,))
    assert seen.sentences[0].startswith(f"{TREATMENT} harms latency_ms (+")
    assert {assigner.assign(f"user-{at}") for at in range(100)} == {CONTROL}


@pytest.mark.feature("ABT-13")
def test_a_guardrail_without_data_keeps_anybody_from_winning(lab: Lab) -> None:
    running = lab.running(guardrails=[{"metric": "latency_ms", "direction": "lower"}])
    table = lab.draw(2000, accuracy=(0.80, 0.88))
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert seen.decision is ExperimentDecision.CONTINUE
    assert "is better, but latency_ms is not shown to hold" in seen.sentences[0]


def test_a_broken_sample_ratio_makes_the_experiment_invalid(lab: Lab) -> None:
    running = lab.running()
    table = lab.draw(2000, accuracy=(0.80, 0.88))
    kept = [at for at in range(2000) if at % 2 == 0 or at % 3]
    table = {name: [values[at] for at in kept] for name, values in table.items()}
    lab.experiments.record_many(running.id, table)
    seen = lab.experiments.analyze(running.id)
    assert seen.decision is ExperimentDecision.INVALID
    assert seen.sentences[0].startswith("The sample ratio is broken")


@pytest.mark.feature("ABT-16")
def test_each_look_is_recorded_and_counts_for_the_next(lab: Lab) -> None:
    running = lab.running()
    bounds = []
    for look in range(3):
        table = lab.draw(400, seed=look, start=400 * look, accuracy=(0.85, 0.85))
        lab.experiments.record_many(running.id, table)
        bounds.append(lab.experiments.analyze(running.id).primary[0].critical)
    assert [look.number for look in lab.experiments.looks(running.id)] == [1, 2, 3]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] > 5


@pytest.mark.feature("ABT-18")
def test_several_treatments_are_corrected_together(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_text("third", encoding="utf-8")
    lab.workspace.versions.register(MODEL, files={"weights.bin": tmp_path / "weights.bin"})
    running = lab.running(treatments=[TREATMENT, "1.0.2"], method="fixed", planned_units=1000)
    table = lab.draw(2000, accuracy=(0.85, 0.86))
    extra = lab.draw(2000, seed=2, start=5000, accuracy=(0.85, 0.86))
    extra["variant"] = ["1.0.2" if v == TREATMENT else v for v in extra["variant"]]
    kept = [at for at in range(2000) if at % 2 == 1]
    lab.experiments.record_many(running.id, table)
    lab.experiments.record_many(running.id, {n: [v[at] for at in kept] for n, v in extra.items()})
    first, second = lab.experiments.analyze(running.id).primary
    low, high = sorted([first.p, second.p])
    assert sorted([first.adjusted_p, second.adjusted_p]) == pytest.approx(
        sorted([min(1, 2 * low), max(min(1, 2 * low), high)])
    )


def test_a_stopped_experiment_is_analysed_without_a_change(lab: Lab) -> None:
    running = lab.running()
    lab.experiments.record_many(running.id, lab.draw(2000, accuracy=(0.80, 0.88)))
    lab.experiments.stop(running.id, reason="enough")
    lab.experiments.analyze(running.id)
    assert lab.experiments.looks(running.id) == []
    assert lab.experiments.get(running.id).state is ExperimentState.STOPPED


def test_what_has_ended_is_analysed_as_of_its_end(lab: Lab) -> None:
    """Years later its maximum duration is over, which is not why it ended."""
    decided, stopped = lab.running(), lab.running(namespace="other")
    for running in (decided, stopped):
        lab.experiments.record_many(running.id, lab.draw(2000, accuracy=(0.80, 0.88)))
    first = lab.experiments.analyze(decided.id)
    lab.experiments.stop(stopped.id, reason="enough")
    later = datetime.now(UTC) + timedelta(days=1000)
    again = lab.experiments.analyze(decided.id, at=later)
    assert dataclasses.replace(again, metrics=()) == dataclasses.replace(first, metrics=())
    # Two threads add up in any order: the last digit of a sum may differ.
    assert again.primary[0].interval == pytest.approx(first.primary[0].interval, rel=1e-9)
    again = lab.experiments.analyze(stopped.id, at=later)
    assert again.at < later
    assert again.primary[0].critical == first.primary[0].critical


def test_what_has_not_begun_is_not_analysed(lab: Lab) -> None:
    with pytest.raises(ExperimentNotFoundError):
        lab.experiments.analyze(lab.create().id, at=datetime.now(UTC))


@pytest.mark.feature("ABT-17")
def test_simpsons_paradox_is_told(lab: Lab) -> None:
    """Charig et al. (1986), BMJ 292:879-882: kidney stones, by size."""
    running = lab.running(
        metric={"metric": "success", "kind": "proportion", "direction": "higher"},
        segments=["size"],
        split={CONTROL: 0.5, TREATMENT: 0.5},
    )
    groups = [
        (CONTROL, "small", 81, 87),
        (CONTROL, "large", 192, 263),
        (TREATMENT, "small", 234, 270),
        (TREATMENT, "large", 55, 80),
    ]
    rows = [
        (f"{variant}-{size}-{at}", variant, size, float(at < won))
        for variant, size, won, units in groups
        for at in range(units)
    ]
    names = ("unit", "variant", "size", "success")
    lab.experiments.record_many(running.id, dict(zip(names, zip(*rows, strict=True), strict=True)))
    seen = lab.experiments.analyze(running.id)
    (check,) = seen.segment_checks
    assert check.reversed
    assert check.crude == pytest.approx(289 / 350 - 273 / 350)
    assert check.standardised is not None
    assert check.standardised < 0
    assert any("Simpson's paradox in size" in sentence for sentence in seen.sentences)


@pytest.mark.feature("ABT-17")
def test_without_segments_there_is_nothing_to_assess(lab: Lab) -> None:
    running = lab.running()
    lab.experiments.record_many(running.id, lab.draw(400, accuracy=(0.8, 0.8)))
    assert lab.experiments.analyze(running.id).segment_checks == ()
