"""What gates decide, at their boundaries and without figures."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from frontier_assets.evaluation.evaluate import EvaluationResult
from frontier_assets.evaluation.gates import judge
from frontier_assets.specification import Gate
from frontier_assets.stats.paired import packed
from frontier_assets.types import Outcome, Severity, Verdict


def gate(**fields: Any) -> Gate:
    return Gate.model_validate({"dataset": "holdout", "metric": "accuracy", **fields})


def scored(rows: Sequence[float], metric: str = "accuracy") -> EvaluationResult:
    """Return the result of examples that contribute ``rows`` to the metric."""
    values = np.asarray(rows)
    details = {"row_values": {metric: packed(values)}}
    return EvaluationResult({metric: float(values.mean())}, len(rows), details)


def measured(metrics: Mapping[str, float]) -> EvaluationResult:
    return EvaluationResult(metrics, 100)


def outcome(judged: Gate, observed: float) -> Outcome:
    return judge([judged], measured({judged.metric: observed}))[0].outcome


@pytest.mark.feature("EVA-3")
def test_0_85_is_at_least_0_85_and_0_8499_is_not() -> None:
    judged = gate(name="quality", description="Why it exists.", threshold=0.85, severity="critical")
    assert outcome(judged, 0.85) is Outcome.PASSED
    assert outcome(judged, 0.8499) is Outcome.FAILED


@pytest.mark.feature("EVA-4")
@pytest.mark.parametrize(
    ("comparison", "passing"),
    [
        (">=", [False, True, True]),
        (">", [False, False, True]),
        ("<=", [True, True, False]),
        ("<", [True, False, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
    ],
)
def test_thresholds_are_exact_at_the_boundary(comparison: str, passing: list[bool]) -> None:
    judged = gate(comparison=comparison, threshold=0.95)
    values = [math.nextafter(0.95, 0.0), 0.95, math.nextafter(0.95, 1.0)]
    found = [outcome(judged, value) is Outcome.PASSED for value in values]
    assert found == passing


def test_a_verdict_says_what_was_judged_by_what() -> None:
    judged = gate(name="minimum", threshold=0.95, severity="warning")
    assert judge([judged], measured({"accuracy": 0.9})) == [
        Verdict(
            gate="minimum",
            gate_digest=judged.digest,
            severity=Severity.WARNING,
            outcome=Outcome.FAILED,
            dataset="holdout",
            metric="accuracy",
            comparison=">=",
            threshold=0.95,
            observed=0.9,
            detail="accuracy on holdout: 0.9 >= 0.95",
        )
    ]


def test_gates_are_judged_in_their_order() -> None:
    gates = [gate(threshold=0.5), gate(comparison="<", threshold=0.5)]
    found = judge(gates, measured({"accuracy": 0.7}))
    assert [(item.gate, item.outcome.value) for item in found] == [
        ("accuracy_at_least", "passed"),
        ("accuracy_below", "failed"),
    ]


@pytest.mark.parametrize("kind", [{"threshold": 0.0}, {"versus": "production"}])
@pytest.mark.feature("EVA-3")
@pytest.mark.parametrize("metrics", [{}, {"accuracy": math.nan}, {"accuracy": math.inf}], ids=str)
def test_a_metric_that_is_missing_or_not_finite_fails(
    kind: dict[str, Any], metrics: dict[str, float]
) -> None:
    verdict = judge([gate(**kind)], measured(metrics))[0]
    assert (verdict.outcome, verdict.observed) == (Outcome.FAILED, None)


@pytest.mark.parametrize(
    ("metric", "gain", "passes"),
    [
        ("accuracy", 0.1, True),
        ("accuracy", 0.0, True),
        ("accuracy", -0.005, True),
        ("accuracy", -0.0051, False),
        ("log_loss", -0.1, True),
        ("log_loss", 0.005, True),
        ("log_loss", 0.0051, False),
    ],
)
def test_a_gate_against_production_follows_the_metrics_direction(
    metric: str, gain: float, *, passes: bool
) -> None:
    judged = gate(metric=metric, versus="production", tolerance=0.005)
    held = scored([0.25, 0.5] * 20, metric)
    own = scored([0.25 + gain, 0.5 + gain] * 20, metric)
    assert (judge([judged], own, held)[0].outcome is Outcome.PASSED) is passes


def test_examples_that_are_no_worse_pass_without_a_tolerance_and_one_that_is_does_not() -> None:
    judged, held = gate(versus="production"), scored([1.0, 0.0] * 50)
    assert judge([judged], held, held)[0].outcome is Outcome.PASSED
    worse = scored([1.0, 0.0] * 49 + [0.0, 0.0])
    assert judge([judged], worse, held)[0].outcome is Outcome.FAILED


def test_better_figures_that_prove_nothing_do_not_pass() -> None:
    """Newly right 12 and newly wrong 8 of 100: better by 0.04, and perhaps worse by 0.048."""
    held = scored([1.0] * 8 + [0.0] * 12 + [1.0] * 80)
    own = scored([0.0] * 8 + [1.0] * 12 + [1.0] * 80)
    strict, wide = (
        gate(versus="production", tolerance=0.04),
        gate(versus="production", tolerance=0.05),
    )
    assert [judge([item], own, held)[0].outcome.value for item in (strict, wide)] == [
        "failed",
        "passed",
    ]


def test_a_verdict_against_production_shows_the_difference_with_its_interval() -> None:
    held = scored([1.0] * 8 + [0.0] * 12 + [1.0] * 80)
    own = scored([0.0] * 8 + [1.0] * 12 + [1.0] * 80)
    verdict = judge([gate(versus="production", tolerance=0.05)], own, held)[0]
    assert (verdict.comparison, verdict.threshold) == ("versus production", 0.88)
    said = "0.92 versus 0.88 in production, difference +0.04 (95 % from -0.04883 to +0.1288)"
    assert f"accuracy on holdout: {said}; tolerance 0.05, higher is better" == verdict.detail


def test_a_gate_against_production_passes_when_nothing_is_there() -> None:
    verdict = judge([gate(versus="production")], scored([0.0, 1.0]), None)[0]
    assert verdict.outcome is Outcome.PASSED
    assert "no baseline" in verdict.detail


@pytest.mark.parametrize(
    ("own", "held"),
    [
        (scored([1.0] * 9), measured({})),
        (scored([1.0] * 9), measured({"accuracy": 0.5})),
        (scored([1.0] * 9), scored([0.0] * 8)),
        (scored([1.0]), scored([1.0])),
    ],
    ids=["not measured", "no examples kept", "other examples", "one example"],
)
def test_what_cannot_be_paired_with_production_fails(
    own: EvaluationResult, held: EvaluationResult
) -> None:
    verdict = judge([gate(versus="production", tolerance=1)], own, held)[0]
    assert verdict.outcome is Outcome.FAILED
    assert "cannot be paired with the version in production" in verdict.detail


def test_a_gate_on_a_slice_judges_its_examples_alone() -> None:
    part = {"rows": 40, "metrics": {"accuracy": 0.7}, "intervals": {"accuracy": [0.55, 0.82]}}
    result = EvaluationResult({"accuracy": 0.95}, 400, {"slices": {"segment=night": part}})
    night, dawn = (
        judge([gate(threshold=0.8, slice=f"segment={name}")], result)[0]
        for name in ("night", "dawn")
    )
    assert (night.outcome, night.observed) == (Outcome.FAILED, 0.7)
    assert night.gate == "accuracy_at_least_segment_night"
    said = "0.7 >= 0.8 (95 % from 0.55 to 0.82), 40 examples"
    assert night.detail == f"accuracy on holdout, segment=night: {said}"
    assert (dawn.outcome, dawn.observed) == (Outcome.FAILED, None)
    assert dawn.detail == "accuracy on holdout, segment=dawn: accuracy was not measured"


@pytest.mark.feature("EVA-3", "EVA-4", "EVA-6")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"slice": "night", "threshold": 0.9}, "expected `class=NAME` or `SEGMENT=LABEL`"),
        ({"slice": "class=1", "versus": "production"}, "`slice` takes a `threshold`"),
        ({"comparison": "=>", "threshold": 0.9}, "Input should be '>=', '>'"),
        ({"severity": "fatal", "threshold": 0.9}, "Input should be 'critical' or 'warning'"),
        ({"metric_name": "accuracy", "threshold": 0.9}, "Extra inputs are not permitted"),
    ],
)
def test_a_gate_that_means_nothing_is_refused(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        gate(**fields)
