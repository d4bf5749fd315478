"""What holds for every evidence: less of it never helps, and nothing automatic is easier."""

from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.promotion.decision import decide
from frontier_assets.registry.builds import Build, BuildState
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.freezes import Freeze
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.promotion.complete import (
    AT,
    artifact,
    changed,
    complete,
    specification,
    verdict,
    version,
    without,
)

FORWARD = [Stage.STAGING, Stage.PRODUCTION]
POLICIES = st.builds(
    lambda gates, conversions, promotion: specification(
        gates=gates, conversions=conversions, promotion=promotion
    ),
    gates=st.lists(
        st.fixed_dictionaries(
            {
                "dataset": st.sampled_from(["holdout", "noisy"]),
                "metric": st.just("accuracy"),
                "threshold": st.sampled_from([0.5, 0.9]),
                "comparison": st.sampled_from([">=", "<"]),
                "severity": st.sampled_from(["critical", "warning"]),
            }
        ),
        max_size=3,
        unique_by=lambda gate: (gate["dataset"], gate["comparison"]),
    ),
    conversions=st.lists(
        st.fixed_dictionaries(
            {"target": st.sampled_from(["onnx", "other"]), "required": st.booleans()}
        ),
        max_size=2,
        unique_by=lambda item: item["target"],
    ),
    promotion=st.fixed_dictionaries(
        {stage: st.sampled_from(["automatic", "manual"]) for stage in ("staging", "production")}
    ),
)
OUTCOMES = st.sampled_from([*Outcome, Outcome.PASSED, Outcome.PASSED])


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    policy = draw(POLICIES)
    full = complete(policy)
    verdicts = {
        (gate.dataset, gate.name): verdict(
            gate,
            outcome=draw(OUTCOMES),
            gate_digest=draw(st.sampled_from([gate.digest, gate.digest, "0" * 64])),
        )
        for gate in policy.gates
    }
    artifacts = {
        item.target: artifact(
            name=item.target,
            outcome=draw(st.none() | OUTCOMES),
            verified_at=draw(st.sampled_from([AT, AT, None])),
        )
        for item in policy.conversions
    }
    state = draw(st.sampled_from(BuildState))
    return changed(
        full,
        verdicts=verdicts,
        artifacts=artifacts,
        build=Build("run-1", state, AT, None),
        holder=draw(st.sampled_from([None, version("1.0.0", 1), version("1.1.0", 3)])),
        barred_reason=draw(st.sampled_from([None, None, "rolled back"])),
        frozen=draw(st.sampled_from([None, None, Freeze("m", "bob", AT, "errors rise")])),
    )


def removals(evidence: Evidence) -> list[Evidence]:
    """Return the evidence without one piece of it, once for every piece."""
    fields = ("verdicts", "evaluations", "artifacts")
    fewer = [without(evidence, name, key) for name in fields for key in getattr(evidence, name)]
    return [*fewer, *(changed(evidence, **{n: None}) for n in ("policy", "build"))]


@given(evidence=evidences(), to=st.sampled_from(Stage), automatic=st.booleans())
def test_taking_evidence_away_never_turns_a_refusal_into_an_allowance(
    evidence: Evidence, to: Stage, automatic: bool
) -> None:
    allowed = decide(evidence, to=to, automatic=automatic).allowed
    without_a_piece = [
        decide(fewer, to=to, automatic=automatic).allowed for fewer in removals(evidence)
    ]
    assert allowed or not any(without_a_piece)


@given(evidence=evidences(), to=st.sampled_from(Stage))
def test_an_automatic_move_is_never_easier_than_one_by_hand(evidence: Evidence, to: Stage) -> None:
    by_hand = decide(evidence, to=to, automatic=False)
    automatic = decide(evidence, to=to, automatic=True)
    assert automatic.allowed <= by_hand.allowed
    assert set(by_hand.conditions) <= set(automatic.conditions)


@given(evidence=evidences(), to=st.sampled_from(FORWARD), automatic=st.booleans())
def test_every_condition_that_is_not_met_says_what_to_do(
    evidence: Evidence, to: Stage, automatic: bool
) -> None:
    decision = decide(evidence, to=to, automatic=automatic)
    assert decision.allowed == all(item.state == "met" for item in decision.conditions)
    assert all(bool(item.remedy) == (item.state != "met") for item in decision.conditions)
    assert all(item.detail for item in decision.conditions)


@given(evidence=evidences())
def test_production_asks_for_what_staging_does_and_for_having_been_there(
    evidence: Evidence,
) -> None:
    staging = decide(evidence, to=Stage.STAGING, automatic=False).conditions
    production = decide(evidence, to=Stage.PRODUCTION, automatic=False).conditions
    assert production[:-1] == staging[:-1]
    assert production[-1].name == staging[-1].name == "stage"
