import dataclasses

import pytest

from frontier_assets.promotion.decision import decide
from frontier_assets.promotion.gate_conditions import (
    gate_conditions,
    performance_conditions,
    quality_conditions,
)
from frontier_assets.registry.evidence import Condition, Evidence
from frontier_assets.types import Digest, Outcome, Stage
from frontier_assets_tests.promotion.complete import (
    changed,
    changed_verdict,
    specification,
    verdict,
)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_RUN])
def test_a_gate_that_only_warns_never_blocks(evidence: Evidence, outcome: Outcome) -> None:
    altered = changed_verdict(evidence, 2, outcome=outcome, severity="critical")
    assert decide(altered, to=Stage.PRODUCTION, automatic=True).allowed


def test_a_gate_that_became_critical_counts_whatever_its_verdict_said(evidence: Evidence) -> None:
    gates = [{"dataset": "noisy", "metric": "accuracy", "threshold": 0.8}]
    policy = specification(gates=gates)
    altered = changed(evidence, policy=policy)
    (reason,) = decide(altered, to=Stage.STAGING, automatic=False).reasons
    assert "older definition" in reason


def test_the_gates_alone_can_be_asked_about(evidence: Evidence) -> None:
    names = [item.name for item in gate_conditions(changed(evidence, build=None))]
    assert names == [
        "policy",
        "gate holdout/accuracy_at_least",
        "gate holdout/accuracy_versus_production",
    ]


def versus_production(
    evidence: Evidence, *, ours: float, theirs: float, same_data: bool = True
) -> Condition:
    """Return the gate's condition when both versions were measured on the data set."""
    own, held = evidence.evaluations["holdout"], evidence.baselines["holdout"]
    digest = own.dataset_digest if same_data else Digest("f" * 64)
    altered = changed(
        evidence,
        evaluations={
            **evidence.evaluations,
            "holdout": dataclasses.replace(own, metrics={"accuracy": ours}),
        },
        baselines={
            "holdout": dataclasses.replace(
                held, metrics={"accuracy": theirs}, dataset_digest=digest
            )
        },
    )
    conditions = decide(altered, to=Stage.STAGING, automatic=False).conditions
    return next(c for c in conditions if c.name.endswith("accuracy_versus_production"))


@pytest.mark.parametrize(("theirs", "state"), [(0.96, "met"), (0.97, "met"), (0.98, "unmet")])
def test_a_gate_against_production_is_judged_against_todays_holder(
    evidence: Evidence, theirs: float, state: str
) -> None:
    condition = versus_production(evidence, ours=0.97, theirs=theirs)
    assert condition.state == state
    assert f"observed 0.97 versus {theirs:g} of 1.0.0 on holdout" in condition.detail


def test_a_pass_without_baseline_does_not_count_once_somebody_is_in_production(
    evidence: Evidence,
) -> None:
    condition = versus_production(evidence, ours=0.97, theirs=0.5, same_data=False)
    assert condition.state == "waiting"
    assert "was judged without a baseline and 1.0.0 is in production" in condition.detail


def test_a_gate_on_a_target_is_asked_after_converting_and_then_as_any_other(
    evidence: Evidence,
) -> None:
    gate = {"target": "onnx", "metric": "p95_latency_ms", "threshold": 5}
    policy = specification(gates=[gate])
    waiting = changed(evidence, policy=policy)
    assert [item.name for item in quality_conditions(waiting)] == ["policy"]
    (condition,) = performance_conditions(waiting)
    assert (condition.name, condition.state) == ("gate onnx/p95_latency_ms_at_most", "waiting")
    for outcome, state in ((Outcome.PASSED, "met"), (Outcome.FAILED, "unmet")):
        judged = verdict(policy.gates[0], outcome=outcome, observed=7.0)
        known = changed(waiting, verdicts={("onnx", judged.gate): judged})
        assert [item.state for item in gate_conditions(known)] == ["met", state]
        assert decide(known, to=Stage.STAGING, automatic=False).allowed is (state == "met")
