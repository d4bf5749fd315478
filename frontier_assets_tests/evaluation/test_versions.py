"""Evaluations of registered versions: paired with production, drawn, sliced, and never repeated."""

from collections.abc import Sequence

import pytest

from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.evaluation.counted import CODE, Counted


@pytest.mark.feature("EVA-10")
def test_a_second_evaluation_predicts_nothing_and_judges_by_the_present_gates(
    counted: Counted,
) -> None:
    counted.policy()
    version = counted.register(1, 2, 3)
    first = counted.workspace.evaluate(version.ref, "holdout").evaluation
    assert counted.predicted() == 400
    counted.policy([{"threshold": 0.999}])
    judged = counted.workspace.evaluate(version.ref, "holdout")
    assert counted.predicted() == 0
    assert (judged.evaluation.metrics, judged.evaluation.details) == (first.metrics, first.details)
    assert judged.evaluation.id > first.id
    assert judged.verdicts[0].outcome is Outcome.FAILED


@pytest.mark.feature("EVA-10")
def test_the_same_bytes_are_not_measured_again_as_another_version(counted: Counted) -> None:
    counted.policy()
    counted.workspace.evaluate(counted.register(1).ref, "holdout")
    counted.predicted()
    again = counted.register(1)
    found = counted.workspace.evaluate(again.ref, "holdout").evaluation
    assert (found.version, found.metrics["accuracy"], counted.predicted()) == ("1.0.1", 0.9975, 0)


@pytest.mark.feature("EVA-10")
def test_other_data_metrics_samples_slices_and_code_are_measured_anew(counted: Counted) -> None:
    counted.policy()
    ref = counted.register(1).ref
    counted.workspace.evaluate(ref, "holdout")
    counted.predicted()
    seen = []
    counted.module.ROWS = 300
    seen.append((counted.workspace.evaluate(ref, "holdout"), counted.predicted()))
    counted.policy(metrics=["accuracy", "f1_macro"])
    seen.append((counted.workspace.evaluate(ref, "holdout"), counted.predicted()))
    counted.policy(sample=100)
    seen.append((counted.workspace.evaluate(ref, "holdout"), counted.predicted()))
    counted.policy([{"threshold": 0.5, "slice": "light=day"}])
    seen.append((counted.workspace.evaluate(ref, "holdout"), counted.predicted()))
    counted.file.write_text(f"{CODE}\n# changed\n", encoding="utf-8")
    seen.append((counted.workspace.evaluate(ref, "holdout"), counted.predicted()))
    assert [count for _, count in seen] == [300, 300, 100, 300, 300]


@pytest.mark.feature("EVA-9")
def test_a_sample_is_recorded_with_its_size_and_its_interval(counted: Counted) -> None:
    counted.policy(sample=100, seed=3)
    found = counted.workspace.evaluate(counted.register(*range(40)).ref, "holdout").evaluation
    assert found.details is not None
    assert (found.rows, found.details["sample"]) == (100, {"of": 400, "seed": 3})
    low, high = found.details["intervals"]["accuracy"]
    assert low < 0.9 < high
    assert high - low == pytest.approx(0.13, abs=0.03)


@pytest.mark.parametrize(
    ("wrong", "tolerance", "outcome"),
    [
        (range(10), 0.0, "passed"),  # the same answers
        (range(8), 0.0, "failed"),  # better, and not by enough to be sure
        (range(8), 0.01, "passed"),
        (range(20), 0.01, "failed"),
        (range(20), 0.05, "passed"),
        (range(20, 30), 0.02, "failed"),  # as many mistakes, other ones
        (range(20, 30), 0.03, "passed"),
    ],
)
def test_a_gate_against_production_asks_for_proof_example_by_example(
    counted: Counted, wrong: Sequence[int], tolerance: float, outcome: str
) -> None:
    counted.policy([{"versus": "production", "tolerance": tolerance}])
    holder = counted.register(*range(10))
    counted.release(holder)
    version = counted.register(*wrong)
    judged = counted.workspace.evaluate(version.ref, "holdout")
    assert judged.verdicts[0].outcome == outcome
    assert judged.verdicts[0].threshold == 0.975
    gate = counted.workspace.why(version.ref, to=Stage.STAGING).conditions[1]
    assert gate.state == {"passed": "met", "failed": "unmet"}[outcome]
    difference = (10 - len(wrong)) / 400
    assert f"difference {difference:+.4g} (95 % from" in gate.detail
    assert f"from 1.0.0 on holdout, tolerance {tolerance:g}" in gate.detail


def test_a_new_holder_is_paired_with_what_was_recorded_of_both(counted: Counted) -> None:
    counted.policy([{"versus": "production", "tolerance": 0.01}])
    first, second, third = (counted.register(*range(wrong)) for wrong in (20, 0, 20))
    counted.release(first)
    for version in (second, third):
        assert counted.workspace.evaluate(version.ref, "holdout").verdicts[0].outcome == "passed"
    counted.release(second)
    gate = counted.workspace.why(third.ref, to=Stage.STAGING).conditions[1]
    assert gate.state == "unmet"
    assert f"difference -0.05 (95 % from -0.07145 to -0.02855) from {second.number}" in gate.detail


def test_a_holder_that_was_never_measured_on_the_data_is_not_passed_by(counted: Counted) -> None:
    counted.policy([{"versus": "production", "tolerance": 0.5}])
    first, second, third = (counted.register(wrong) for wrong in (1, 2, 3))
    counted.release(first)
    counted.workspace.evaluate(third.ref, "holdout")
    assert counted.workspace.why(third.ref, to=Stage.STAGING).conditions[1].state == "met"
    counted.release(second)
    gate = counted.workspace.why(third.ref, to=Stage.STAGING).conditions[1]
    assert (gate.state, gate.remedy) == ("waiting", f"frontier build {third.ref}")
    assert f"was not judged against {second.number}, which is in production now" in gate.detail


def test_a_gate_on_a_segment_stops_what_the_whole_set_hides(counted: Counted) -> None:
    night = {"slice": "light=night", "threshold": 0.9}
    counted.policy([{"threshold": 0.9}, night, {"slice": "class=1", "threshold": 0.9}])
    version = counted.register(*range(30))
    verdicts = counted.workspace.evaluate(version.ref, "holdout").verdicts
    assert [(item.observed, item.outcome.value) for item in verdicts] == [
        (0.925, "passed"),
        (0.7, "failed"),
        (0.925, "passed"),
    ]
    decision = counted.workspace.why(version.ref, to=Stage.STAGING)
    assert any("accuracy_at_least_light_night failed" in reason for reason in decision.reasons)
