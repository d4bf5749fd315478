"""The life of an experiment, and what each step of it refuses."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import (
    ExperimentConflictError,
    ExperimentNotFoundError,
    ExperimentStateError,
    ForecastError,
    InvalidValueError,
    VersionNotFoundError,
    VersionProtectedError,
)
from frontier_assets.stats.experiments.sample_size import units_for_proportions
from frontier_assets.types import ExperimentDecision, ExperimentState
from frontier_assets_tests.experiments.conftest import CONTROL, MODEL, TREATMENT, Lab

P90 = {"metric": "x", "kind": "quantile", "quantile": 0.9, "direction": "lower"}


@pytest.mark.feature("ABT-1", "ABT-3")
def test_an_experiment_has_an_id_of_its_name_and_time(lab: Lab) -> None:
    first, second = lab.create(), lab.create()
    assert re.fullmatch(r"test_wider-net_\d{8}_\d{6}_[0-9a-f]{4}", first.id)
    assert first.id != second.id
    assert first.state is ExperimentState.CREATED
    assert first.design.variants == (CONTROL, TREATMENT)


@pytest.mark.feature("ABT-1", "ABT-2", "ABT-4", "ABT-8", "ABT-19")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"treatments": []}, "treatments"),
        ({"treatments": [CONTROL]}, "is given twice"),
        ({"alpha": 1.0}, "alpha"),
        ({"minimum_units": 0}, "minimum_units"),
        ({"maximum_days": 0}, "maximum_days"),
        ({"minimum_effect": 0}, "minimum_effect"),
        ({"split": 1.5}, "one share from 0 to 1"),
        ({"split": {CONTROL: 0.5, TREATMENT: 0.6}}, "add to 1"),
        ({"metric": "latency_ms"}, "nobody knows"),
        ({"guardrails": [{"metric": "accuracy"}]}, "names 'accuracy' twice"),
        ({"unknown": 1}, "unknown"),
        ({"planned_units": None, "metric": {"metric": "x", "direction": "lower"}}, "deviation"),
        ({"planned_units": None, "metric": P90, "deviation": 1.0}, "give `planned_units`, or"),
        ({"planned_units": None, "power": 0.04}, "expected more than `alpha`, 0.05"),
        ({"strategy": "thompson", "split": 0.3}, "no meaning"),
    ],
)
def test_a_design_that_cannot_be_meant_is_refused(
    lab: Lab, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(said)):
        lab.create(**values)
    assert lab.experiments.list(MODEL) == []


@pytest.mark.feature("ABT-1")
def test_a_version_that_there_is_not_is_refused(lab: Lab) -> None:
    with pytest.raises(VersionNotFoundError):
        lab.create(treatments=["9.9.9"])


@pytest.mark.feature("ABT-5", "ABT-6", "ABT-9")
def test_units_are_assigned_while_it_runs_and_not_before_or_after(lab: Lab) -> None:
    created = lab.create()
    refused = re.escape(f"No active test found: {created.id}")
    with pytest.raises(ExperimentNotFoundError, match=refused):
        lab.experiments.assigner(created.id)
    lab.experiments.start(created.id)
    assigner = lab.experiments.assigner(created.id)
    assert {assigner.assign(f"user-{at}") for at in range(50)} == {CONTROL, TREATMENT}
    stopped = lab.experiments.stop(created.id, reason="Test completed successfully")
    assert (stopped.state, stopped.reason) == ("stopped", "Test completed successfully")
    with pytest.raises(ExperimentNotFoundError, match=refused):
        lab.experiments.assigner(created.id)
    assigner.refresh()
    assert {assigner.assign(f"user-{at}") for at in range(50)} == {CONTROL}


@pytest.mark.feature("ABT-5", "ABT-6")
def test_an_experiment_starts_once_and_stops_once_with_a_reason(lab: Lab) -> None:
    running = lab.running()
    with pytest.raises(ExperimentStateError, match="is running and cannot be started"):
        lab.experiments.start(running.id)
    with pytest.raises(InvalidValueError, match="Reason"):
        lab.experiments.stop(running.id, reason=" ")
    lab.experiments.stop(running.id, reason="enough")
    with pytest.raises(ExperimentStateError, match="is stopped and cannot be stopped"):
        lab.experiments.stop(running.id, reason="again")


@pytest.mark.feature("ABT-9", "ABT-10")
def test_what_there_is_not_is_not_found(lab: Lab) -> None:
    with pytest.raises(ExperimentNotFoundError, match=r"^No active test found: test_1$"):
        lab.experiments.assigner("test_1")
    with pytest.raises(ExperimentNotFoundError):
        lab.experiments.record("test_1", unit="u", variant=CONTROL, metrics={"accuracy": 1})


def test_running_experiments_share_no_units_of_a_namespace(lab: Lab) -> None:
    first = lab.running(namespace_range=(0.0, 0.5))
    with pytest.raises(ExperimentConflictError, match=first.id):
        lab.running(namespace_range=(0.4, 0.8))
    second = lab.running(namespace_range=(0.5, 1.0))
    units = [f"user-{at}" for at in range(1000)]
    both = [lab.experiments.assigner(item.id).assign_many(units) for item in (first, second)]
    assert ((both[0] >= 0) != (both[1] >= 0)).all()
    lab.running(namespace="other")


def test_a_version_of_an_experiment_is_not_deleted(lab: Lab) -> None:
    running = lab.running()
    with pytest.raises(VersionProtectedError, match=f"takes part in experiment {running.id}"):
        lab.workspace.versions.delete(f"{MODEL}@{CONTROL}", reason="tidy")


ACCURACY = {"metric": "accuracy", "kind": "proportion"}


@pytest.mark.feature("ABT-15")
def test_the_forecast_names_units_per_variant_formula_and_days(lab: Lab) -> None:
    """From 0.5 to 0.55 with power 0.8 takes 1,565 for each variant (1564.67)."""
    rates = {"planned_units": None, "baseline": 0.5, "minimum_effect": 0.05}
    made = lab.create(metric=ACCURACY, method="fixed", daily_units=500, **rates)
    found = lab.experiments.forecast(made.id)
    assert (found.units_per_variant, found.days) == (1565, 7)
    assert found.formula == "pooled two-proportion z test"


@pytest.mark.parametrize(
    ("method", "power", "factor", "said"),
    [
        ("group_sequential", 0.82, 1.052, "for 50 looks by obrien_fleming spending"),
        ("always_valid", 0.8, 1.915, "for looks at any time"),
    ],
)
def test_looking_often_takes_more_units_for_the_same_power(
    lab: Lab, method: str, power: float, factor: float, said: str
) -> None:
    """Of a power of 0.82 giving up at a chance of 10 % leaves 1 - 0.18 / 0.9 = 0.80 at least."""
    rates = {"planned_units": None, "baseline": 0.5, "minimum_effect": 0.05}
    made = lab.create(metric=ACCURACY, method=method, **rates)
    found = lab.experiments.forecast(made.id)
    single = units_for_proportions(0.5, 0.05, power=power).per_arm
    assert found.units_per_variant == pytest.approx(single * factor, rel=1e-3)
    assert found.formula.startswith("pooled two-proportion z test, x ")
    assert said in found.formula
    assert made.design.planned_units == found.units_per_variant


def test_the_forecast_knows_which_units_take_part(lab: Lab) -> None:
    """A tenth of a half of 20,000 a day, of which a tenth gets the treatment."""
    facts = {"coverage": 0.1, "namespace_range": (0.0, 0.5), "split": 0.1, "daily_units": 20_000}
    assert lab.experiments.forecast(lab.create(planned_units=900, **facts).id).days == 5
    made = lab.create(planned_units=900, minimum_units=800, **facts)
    assert lab.experiments.forecast(made.id).days == 8


def test_what_cannot_finish_in_time_starts_only_when_told_so(lab: Lab) -> None:
    made = lab.create(daily_units=100)
    with pytest.raises(ForecastError, match=r"needs 40\.0 days and may take 7"):
        lab.experiments.start(made.id)
    assert lab.experiments.start(made.id, allow_unfinished=True).state == "running"


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
    assert lab.experiments.analyze(decided.id, at=later) == first
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
