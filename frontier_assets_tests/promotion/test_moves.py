from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from frontier_assets.errors import (
    InvalidValueError,
    ModelFrozenError,
    PromotionRefusedError,
    StageConflictError,
    VersionNotFoundError,
)
from frontier_assets.promotion.moves import Stages, parse_stage
from frontier_assets.registry import Registry
from frontier_assets.registry.versions import NewVersion
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.promotion.complete import specification, verdict
from frontier_assets_tests.stored import stored


@pytest.fixture
def registry(registry_url: str) -> Iterator[Registry]:
    with Registry.open(registry_url) as registry:
        registry.models.ensure("m", actor="ann")
        registry.policies.record(specification(), actor="ann")
        yield registry


@pytest.fixture
def stages(registry: Registry) -> Stages:
    return Stages(registry, actor="ann")


def register(registry: Registry) -> str:
    new = NewVersion(model="m", stored=stored())
    return registry.versions.register(new, change="auto", actor="ann").number


def build(registry: Registry, number: str) -> None:
    """Record everything that the policy asks for."""
    policy = specification()
    registry.builds.acquire("m", number, run_id="run", is_over=lambda _: True, actor="ann")
    for dataset in policy.evaluation.datasets:
        registry.evaluations.record(
            "m",
            number,
            dataset=dataset,
            dataset_digest="d" * 64,
            rows=10,
            metrics={"accuracy": 0.97},
            verdicts=[verdict(gate) for gate in policy.gates_on(dataset)],
            policy_digest=policy.digest,
            actor="ann",
        )
    record = registry.artifacts.add(
        "m",
        number,
        name="onnx",
        stored=stored("b" * 64),
        members=["model.onnx"],
        details={"source_digest": "a" * 64},
        actor="ann",
    )
    registry.artifacts.prove(
        record.id, outcome=Outcome.PASSED, detail="equal", measures={}, actor="ann"
    )
    registry.builds.complete("m", number, run_id="run", actor="ann")


def release(registry: Registry, stages: Stages) -> str:
    number = register(registry)
    build(registry, number)
    stages.promote(f"m@{number}", to="staging", reason="new")
    stages.promote(f"m@{number}", to="production", reason="new")
    return number


def test_a_version_with_all_its_proof_goes_live_by_hand_and_by_itself(
    registry: Registry, stages: Stages
) -> None:
    release(registry, stages)
    build(registry, register(registry))
    for stage in ("staging", "production"):
        move = stages.promote("m@1.0.1", to=stage, reason="gates", automatic=True, run_id="run-9")
        assert (move.changed, move.automatic, move.run_id) == (True, True, "run-9")
    assert registry.versions.get("m@production").number == "1.0.1"


def test_a_version_without_proof_is_refused_with_every_reason(
    registry: Registry, stages: Stages
) -> None:
    number = register(registry)
    why = stages.why("m", to="staging")
    with pytest.raises(PromotionRefusedError) as caught:
        stages.promote(f"m@{number}", to="staging", reason="new")
    assert caught.value.reasons == why.reasons
    assert len(why.reasons) == 6
    assert registry.stages.history("m") == []


def test_a_new_definition_of_a_gate_asks_for_a_new_evaluation(
    registry: Registry, stages: Stages
) -> None:
    build(registry, register(registry))
    assert stages.why("m", to="staging").allowed
    stricter = [{"dataset": "holdout", "metric": "accuracy", "threshold": 0.99}]
    registry.policies.record(specification(gates=stricter), actor="ann")
    (reason,) = stages.why("m", to="staging").reasons
    assert "older definition" in reason


def test_what_was_rolled_back_returns_by_hand_alone(registry: Registry, stages: Stages) -> None:
    release(registry, stages)
    release(registry, stages)
    assert stages.rollback("m", reason="errors rise").version == "1.0.0"
    with pytest.raises(PromotionRefusedError, match="barred"):
        stages.promote("m@1.0.1", to="staging", reason="again", automatic=True)
    stages.promote("m@1.0.1", to="staging", reason="mistaken")
    stages.promote("m@1.0.1", to="production", reason="mistaken", expected="1.0.0")
    holder = stages.holder("m", at=datetime.now(UTC))
    assert holder is not None
    assert holder.number == "1.0.1"
    assert registry.audit.verify("m") == registry.audit.heads()["m"]


def test_the_expected_holder_is_compared(registry: Registry, stages: Stages) -> None:
    release(registry, stages)
    build(registry, register(registry))
    stages.promote("m@1.0.1", to="staging", reason="new")
    with pytest.raises(StageConflictError):
        stages.promote("m@1.0.1", to="production", reason="new", expected=None)


def test_a_version_that_is_missing_is_named_as_typed(stages: Stages) -> None:
    with pytest.raises(VersionNotFoundError, match="'production'"):
        stages.promote("m@production", to="archived", reason="old")


def test_a_frozen_model_is_promoted_by_nobody_and_rolled_back_by_hand(
    registry: Registry, stages: Stages
) -> None:
    release(registry, stages)
    release(registry, stages)
    build(registry, register(registry))
    frozen = stages.freeze("m", reason="errors rise")
    assert (frozen.frozen_by, frozen.reason) == ("ann", "errors rise")
    (reason,) = stages.why("m", to="staging").reasons
    assert reason == f"m is frozen {frozen.described()}"
    for automatic in (False, True):
        with pytest.raises(ModelFrozenError, match=r"by ann at .*: errors rise"):
            stages.promote("m@1.0.2", to="staging", reason="new", automatic=automatic)
    assert stages.rollback("m", reason="errors rise").version == "1.0.0"
    assert stages.unfreeze("m", reason="they fell", actor="bob") == frozen
    assert stages.promote("m@1.0.2", to="staging", reason="new").changed


def test_an_empty_actor_is_not_taken_for_the_usual_one(registry: Registry, stages: Stages) -> None:
    build(registry, register(registry))
    with pytest.raises(InvalidValueError, match="Actor"):
        stages.promote("m@1.0.0", to="staging", reason="new", actor="")
    assert stages.history("m") == []


@pytest.mark.feature("VER-15", "PRO-2")
@pytest.mark.parametrize(
    "text",
    ["live", "", "Production", "production\x00", "p" * 10_240, "' OR 1=1", float("nan"), None],
)
def test_an_unknown_stage_names_the_known_ones(text: Any) -> None:
    with pytest.raises(InvalidValueError, match="development, staging, production, archived"):
        parse_stage(text)


def test_a_stage_is_read_from_its_name() -> None:
    assert parse_stage("staging") is parse_stage(Stage.STAGING) is Stage.STAGING


@pytest.mark.feature("SRC-4")
def test_several_versions_are_staged_together_or_not_at_all(
    registry: Registry, stages: Stages
) -> None:
    numbers = [register(registry) for _ in range(3)]
    for number in numbers[:2]:
        build(registry, number)
    refs = [f"m@{number}" for number in numbers]
    with pytest.raises(PromotionRefusedError, match=numbers[2]):
        stages.promote_many(refs, to="staging", reason="a release", atomic=True)
    assert stages.history("m") == []
    moved = stages.promote_many(refs[:2], to="staging", reason="a release", atomic=True)
    assert [item.result and item.result.target for item in moved] == [Stage.STAGING] * 2
    assert len({move.at for move in stages.history("m")}) == 1


@pytest.mark.feature("SRC-4")
def test_of_several_versions_each_that_may_is_staged(registry: Registry, stages: Stages) -> None:
    unproved, proved = register(registry), register(registry)
    build(registry, proved)
    refused, moved = stages.promote_many(
        [f"m@{unproved}", f"m@{proved}"], to="staging", reason="a release"
    )
    assert isinstance(refused.error, PromotionRefusedError)
    assert moved.result is not None
    assert [move.version for move in stages.history("m")] == [proved]
