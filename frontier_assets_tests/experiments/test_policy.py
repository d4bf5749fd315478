"""The decision of a look: which rule comes first, and what it says."""

from typing import Any

import pytest

from frontier_assets.experiments.cells import Counts
from frontier_assets.experiments.policy import Seen, decide
from frontier_assets.experiments.results import MetricResult, RatioResult
from frontier_assets.specification import ExperimentDesign
from frontier_assets.stats.intervals import Interval

DESIGN = ExperimentDesign(control="1.0.0", treatments=["1.0.1"], seed="s", minimum_units=1000)
BALANCED = RatioResult(True, 1.0, {}, {}, "as planned")
BROKEN = RatioResult(False, 0.0001, {}, {}, "1.0.0 60.00% of 50.00%")


def metric(verdict: str, role: str = "primary", **values: Any) -> MetricResult:
    facts: dict[str, Any] = {
        "metric": "accuracy" if role == "primary" else "latency_ms",
        "role": role,
        "direction": "higher" if role == "primary" else "lower",
        "variant": "1.0.1",
        "control_value": 0.8,
        "value": 0.9,
        "difference": 0.1,
        "interval": Interval(0.1, 0.05, 0.15),
        "relative": Interval(0.125, 0.0625, 0.1875),
        "z": 4.0,
        "critical": 2.0,
        "p": 0.001,
        "adjusted_p": 0.001,
        "verdict": verdict,
        "margin": None if role == "primary" else 0.1,
        "margin_unit": "" if role == "primary" else "relative",
    }
    return MetricResult(**(facts | values))


def guardrail(verdict: str, **values: Any) -> MetricResult:
    return metric(verdict, "guardrail", **values)


def decided(
    *metrics: MetricResult, units: int = 5000, **values: Any
) -> tuple[str, tuple[str, ...]]:
    facts: dict[str, Any] = {
        "units": {"1.0.0": units, "1.0.1": units},
        "counts": Counts(),
        "ratio": BALANCED,
        "metrics": metrics,
        "chances": {"1.0.1": 0.5},
        "is_planned": False,
        "is_last": False,
    }
    verdict = decide(DESIGN, Seen(**(facts | values)))
    return verdict.decision.value, verdict.sentences


@pytest.mark.feature("ABT-12", "ABT-13")
@pytest.mark.parametrize(
    ("metrics", "values", "expected", "said"),
    [
        (("better", "harmed"), {"ratio": BROKEN}, "invalid", "The sample ratio is broken"),
        (("better", "harmed"), {}, "guardrail_stop", "1.0.1 harms latency_ms (+12.5%, from"),
        (("better", "harmed"), {"units": 99}, "continue", "99 units in the smallest variant"),
        (("better", "harmed"), {"units": 500}, "guardrail_stop", "1.0.1 harms latency_ms"),
        (("better", "held"), {"units": 999}, "continue", "999 units in the smallest variant"),
        (("better", "held"), {}, "treatment", "1.0.1 wins: accuracy +0.1 (from +0.05 to +0.15)"),
        (("better", "open"), {}, "continue", "but latency_ms is not shown to hold"),
        (("undecided", "held"), {}, "continue", "no difference is proved yet"),
        (("worse", "held"), {}, "control", "Control, 1.0.0, stays."),
        (("undecided", "held"), {"chances": {"1.0.1": 0.05}}, "control", "Control, 1.0.0, stays."),
        (("undecided", "held"), {"is_planned": True}, "control", "The planned units are there"),
        (("better", "open"), {"is_planned": True}, "control", "latency_ms is not shown to hold"),
        (("undecided", "held"), {"is_last": True}, "control", "The maximum duration of 7 days"),
        (("better", "held"), {"is_last": True}, "treatment", "1.0.1 wins"),
        (("better", "held"), {"is_last": True, "units": 9}, "control", "The maximum duration"),
    ],
)
def test_the_rules_apply_in_their_order(
    metrics: tuple[str, str], values: dict[str, Any], expected: str, said: str
) -> None:
    primary, guarded = metrics
    decision, sentences = decided(metric(primary), guardrail(guarded), **values)
    assert decision == expected
    assert said in sentences[0]


def test_everybody_is_told_what_a_guardrail_stop_means() -> None:
    _, sentences = decided(metric("better"), guardrail("harmed"))
    assert sentences[1:] == (
        "Every unit gets control, 1.0.0, from now on.",
        "1.0.1 cannot be promoted; production has not moved.",
    )


def test_the_larger_effect_of_two_winners_wins() -> None:
    first = metric("better")
    second = metric("better", variant="1.0.2", difference=0.2)
    _, sentences = decided(first, second)
    assert sentences[0].startswith("1.0.2 wins")


def test_one_treatment_that_lost_does_not_end_what_another_may_win() -> None:
    decision, _ = decided(metric("worse"), metric("undecided", variant="1.0.2"))
    assert decision == "continue"


def test_what_cannot_be_judged_says_why() -> None:
    _, sentences = decided(metric("undecided", interval=None, note="control has no units"))
    assert "1.0.1: accuracy cannot be judged, control has no units." in sentences
