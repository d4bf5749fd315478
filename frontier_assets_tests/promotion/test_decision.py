import dataclasses
from collections.abc import Callable
from itertools import product

import pytest

from frontier_assets.promotion.decision import decide
from frontier_assets.registry.builds import Build, BuildState
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.freezes import Freeze
from frontier_assets.registry.transitions import ALLOWED
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.promotion.complete import (
    AT,
    artifact,
    changed,
    changed_verdict,
    specification,
    version,
    without,
)

ABSOLUTE = ("holdout", "accuracy_at_least")
ABSOLUTE_NAME = "gate holdout/accuracy_at_least"
FORWARD = [Stage.STAGING, Stage.PRODUCTION]
BACKWARD = [(Stage.STAGING, Stage.DEVELOPMENT), (Stage.PRODUCTION, Stage.ARCHIVED)]


def having(**values: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: changed(evidence, **values)


def judged(index: int, **values: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: changed_verdict(evidence, index, **values)


def only_unmet(decision: Decision) -> Condition:
    (condition,) = [item for item in decision.conditions if item.state != "met"]
    return condition


@pytest.mark.parametrize("to", FORWARD)
@pytest.mark.parametrize("automatic", [False, True])
def test_complete_evidence_allows_and_every_condition_shows_it(
    evidence: Evidence, to: Stage, automatic: bool
) -> None:
    decision = decide(evidence, to=to, automatic=automatic)
    assert decision.allowed
    assert decision.reasons == ()
    details = [item.detail for item in decision.conditions]
    assert f"{ABSOLUTE_NAME} passed: observed 0.971, wanted >= 0.95 on holdout" in details
    against = "gate holdout/accuracy_versus_production passed: observed 0.971 versus 0.971 of 1.0.0"
    assert f"{against} on holdout" in details
    assert "evaluated on 360 examples of noisy" in details
    assert "conversion onnx is proved: largest difference 1e-06" in details
    assert "run run-1 completed the build" in details


@pytest.mark.parametrize("automatic", [False, True])
@pytest.mark.parametrize("to", FORWARD)
@pytest.mark.parametrize(
    ("change", "name", "state", "detail"),
    [
        (
            lambda e: without(e, "verdicts", ABSOLUTE),
            ABSOLUTE_NAME,
            "waiting",
            "was not judged yet",
        ),
        (
            judged(0, gate_digest="0" * 64),
            ABSOLUTE_NAME,
            "waiting",
            "judged under an older definition, evaluate again",
        ),
        (
            judged(0, outcome=Outcome.FAILED, observed=0.9),
            ABSOLUTE_NAME,
            "unmet",
            "failed: observed 0.9, wanted >= 0.95 on holdout",
        ),
        (
            judged(0, outcome=Outcome.NOT_RUN, observed=None, detail="no GPU"),
            ABSOLUTE_NAME,
            "unmet",
            "could not run: no GPU",
        ),
        (
            lambda e: without(e, "evaluations", "noisy"),
            "evaluation noisy",
            "waiting",
            "not evaluated on noisy",
        ),
        (
            lambda e: without(e, "artifacts", "onnx"),
            "conversion onnx",
            "waiting",
            "was not made yet",
        ),
        (
            having(artifacts={"onnx": artifact(outcome=None, verified_at=None)}),
            "conversion onnx",
            "waiting",
            "was not proved yet",
        ),
        (
            having(artifacts={"onnx": artifact(outcome=Outcome.FAILED, verified_at=None)}),
            "conversion onnx",
            "unmet",
            "not proved (failed)",
        ),
        (
            having(artifacts={"onnx": artifact(outcome=Outcome.NOT_RUN, verified_at=None)}),
            "conversion onnx",
            "unmet",
            "not proved (not_run)",
        ),
        (
            having(artifacts={"onnx": artifact(verified_at=None)}),
            "conversion onnx",
            "unmet",
            "not proved (passed)",
        ),
        (
            having(artifacts={"onnx": artifact(details={"source_digest": "c" * 64})}),
            "conversion onnx",
            "waiting",
            "made from other bytes",
        ),
        (
            having(artifacts={"onnx": artifact(details={})}),
            "conversion onnx",
            "waiting",
            "made from other bytes",
        ),
        (having(build=None), "build", "waiting", "was not built yet"),
        (
            having(build=Build("run-1", BuildState.RUNNING, AT, None)),
            "build",
            "waiting",
            "run run-1 has not completed the build",
        ),
    ],
)
def test_what_is_missing_or_bad_is_the_one_condition_that_refuses(  # noqa: PLR0917 - a table
    evidence: Evidence,
    change: Callable[[Evidence], Evidence],
    name: str,
    state: str,
    detail: str,
    to: Stage,
    automatic: bool,
) -> None:
    decision = decide(change(evidence), to=to, automatic=automatic)
    assert not decision.allowed
    condition = only_unmet(decision)
    assert (condition.name, condition.state) == (name, state)
    assert detail in condition.detail
    assert condition.remedy.count("frontier ") == 1
    assert "m@1.0.1" in condition.remedy


@pytest.mark.parametrize(
    ("change", "name", "detail"),
    [
        (
            having(policy=specification(promotion={})),
            "automatic",
            "`promotion.production` is `manual`",
        ),
        (having(barred_reason="rolled back: errors"), "not barred", "rolled back: errors"),
        (having(holder=version("1.0.1", 2)), "forward", "not newer"),
        (having(holder=version("1.1.0", 3)), "forward", "1.1.0 in production has 3"),
    ],
)
def test_an_automatic_move_asks_for_more_than_one_by_hand(
    evidence: Evidence, change: Callable[[Evidence], Evidence], name: str, detail: str
) -> None:
    altered = change(evidence)
    assert decide(altered, to=Stage.PRODUCTION, automatic=False).allowed
    condition = only_unmet(decide(altered, to=Stage.PRODUCTION, automatic=True))
    assert (condition.name, condition.state) == (name, "unmet")
    assert detail in condition.detail
    assert condition.remedy == "frontier promote m@1.0.1 --to production --reason '...'"


def test_each_stage_has_its_own_automatic_setting(evidence: Evidence) -> None:
    policy = specification(promotion={"staging": "automatic"})
    altered = changed(evidence, policy=policy)
    assert decide(altered, to=Stage.STAGING, automatic=True).allowed
    assert not decide(altered, to=Stage.PRODUCTION, automatic=True).allowed


@pytest.mark.parametrize("to", FORWARD)
def test_without_a_policy_nothing_moves_forward(evidence: Evidence, to: Stage) -> None:
    decision = decide(changed(evidence, policy=None), to=to, automatic=False)
    condition = only_unmet(decision)
    assert (condition.name, condition.remedy) == ("policy", "frontier build m@1.0.1")


@pytest.mark.parametrize("automatic", [False, True])
@pytest.mark.parametrize("to", FORWARD)
def test_a_frozen_model_says_since_when_by_whom_and_why(
    evidence: Evidence, to: Stage, automatic: bool
) -> None:
    frozen = Freeze("m", "bob", AT, "errors rise")
    condition = only_unmet(decide(changed(evidence, frozen=frozen), to=to, automatic=automatic))
    assert condition == Condition(
        "not frozen",
        "unmet",
        "m is frozen since 2026-03-01 00:00 UTC by bob: errors rise",
        "frontier unfreeze m",
    )


@pytest.mark.parametrize(("source", "to"), BACKWARD)
@pytest.mark.parametrize("automatic", [False, True])
def test_leaving_backwards_asks_for_no_proof(source: Stage, to: Stage, automatic: bool) -> None:
    bare = Evidence(version(stage=source), None, {}, {}, {}, None, None, None)
    assert decide(bare, to=to, automatic=automatic).allowed


@pytest.mark.parametrize(("source", "to"), [*product(Stage, Stage)])
def test_a_stage_that_is_not_next_is_waited_for(
    evidence: Evidence, source: Stage, to: Stage
) -> None:
    there = changed(evidence, version=version(stage=source))
    decision = decide(there, to=to, automatic=False)
    assert decision.allowed == (to is source or to in ALLOWED[source])


def test_a_conversion_that_is_not_required_never_blocks(evidence: Evidence) -> None:
    failed = artifact(name="onnx_int8", outcome=Outcome.FAILED, verified_at=None)
    altered = changed(evidence, artifacts={**evidence.artifacts, "onnx_int8": failed})
    assert decide(altered, to=Stage.PRODUCTION, automatic=True).allowed


def test_an_empty_production_is_moved_into(evidence: Evidence) -> None:
    altered = changed(evidence, holder=None)
    assert decide(altered, to=Stage.PRODUCTION, automatic=True).allowed


def test_a_pre_release_may_be_staged_by_hand_and_not_released(evidence: Evidence) -> None:
    number = "1.1.0-side.1"
    item = dataclasses.replace(evidence.version, branch="side", number=number)
    found = changed(evidence, version=item)
    assert decide(found, to=Stage.STAGING, automatic=False).allowed
    for to, automatic in ((Stage.STAGING, True), (Stage.PRODUCTION, False)):
        decision = decide(found, to=to, automatic=automatic)
        assert f"{number} is a pre-release of branch side" in decision.reasons
        (release,) = (item for item in decision.conditions if item.name == "release")
        assert release.remedy == "frontier branch merge m side"
