"""What gates decide, at their boundaries and without figures."""

import math
from typing import Any

import pytest

from frontier_assets.evaluation.gates import judge
from frontier_assets.specification import Gate
from frontier_assets.types import Outcome, Severity, Verdict


def gate(**fields: Any) -> Gate:
    return Gate.model_validate({"dataset": "holdout", "metric": "accuracy", **fields})


def outcome(judged: Gate, observed: float, baseline: float | None = None) -> Outcome:
    held = None if baseline is None else {judged.metric: baseline}
    return judge([judged], {judged.metric: observed}, held)[0].outcome


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
    assert judge([judged], {"accuracy": 0.9}) == [
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
    found = judge(gates, {"accuracy": 0.7})
    assert [(item.gate, item.outcome.value) for item in found] == [
        ("accuracy_at_least", "passed"),
        ("accuracy_below", "failed"),
    ]


@pytest.mark.parametrize("kind", [{"threshold": 0.0}, {"versus": "production"}])
@pytest.mark.parametrize("metrics", [{}, {"accuracy": math.nan}, {"accuracy": math.inf}], ids=str)
def test_a_metric_that_is_missing_or_not_finite_fails(
    kind: dict[str, Any], metrics: dict[str, float]
) -> None:
    verdict = judge([gate(**kind)], metrics)[0]
    assert (verdict.outcome, verdict.observed) == (Outcome.FAILED, None)


@pytest.mark.parametrize(
    ("metric", "observed", "passes"),
    [
        ("accuracy", 0.98, True),
        ("accuracy", 0.965, True),
        ("accuracy", 0.96499, False),
        ("log_loss", 0.90, True),
        ("log_loss", 0.975, True),
        ("log_loss", 0.97501, False),
    ],
)
def test_a_gate_against_production_follows_the_metrics_direction(
    metric: str, observed: float, *, passes: bool
) -> None:
    judged = gate(metric=metric, versus="production", tolerance=0.005)
    assert (outcome(judged, observed, 0.97) is Outcome.PASSED) is passes


def test_without_tolerance_anything_worse_than_production_fails() -> None:
    judged = gate(versus="production")
    assert outcome(judged, 0.97, 0.97) is Outcome.PASSED
    assert outcome(judged, math.nextafter(0.97, 0.0), 0.97) is Outcome.FAILED


def test_a_verdict_against_production_shows_both_figures() -> None:
    judged = gate(versus="production", tolerance=0.005)
    verdict = judge([judged], {"accuracy": 0.9}, {"accuracy": 0.97})[0]
    assert (verdict.comparison, verdict.threshold) == ("versus production", 0.97)
    assert "0.9 versus 0.97 in production, tolerance 0.005" in verdict.detail


def test_a_gate_against_production_passes_when_nothing_is_there() -> None:
    verdict = judge([gate(versus="production")], {"accuracy": 0.1}, None)[0]
    assert verdict.outcome is Outcome.PASSED
    assert "no baseline" in verdict.detail


@pytest.mark.parametrize("baseline", [{}, {"accuracy": math.nan}], ids=str)
def test_a_version_in_production_without_the_metric_fails_the_gate(
    baseline: dict[str, float],
) -> None:
    verdict = judge([gate(versus="production")], {"accuracy": 0.99}, baseline)[0]
    assert verdict.outcome is Outcome.FAILED
    assert "evaluate it again" in verdict.detail
