import pytest

from frontier_assets.errors import VersionNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Condition, Decision
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored


def test_a_fresh_version_has_no_evidence(registry: Registry, samples: Samples) -> None:
    version = samples.register(registry)
    evidence = registry.stages.evidence("m", "1.0.0")
    assert evidence.version == version
    assert (evidence.policy, evidence.build, evidence.holder) == (None, None, None)
    assert (evidence.verdicts, evidence.evaluations, evidence.artifacts) == ({}, {}, {})
    assert evidence.barred_reason is None


def test_the_evidence_holds_the_newest_of_everything(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    samples.register(registry)
    failed = samples.verdict(policy.gates[0], outcome=Outcome.FAILED)
    samples.evaluate(registry, "1.0.0", verdicts=[failed])
    newest = samples.evaluate(registry, "1.0.0", verdicts=[samples.verdict(policy.gates[0])])
    record = registry.artifacts.add(
        "m",
        "1.0.0",
        name="onnx",
        stored=stored("b" * 64),
        members=["model.onnx"],
        details={},
        actor="ann",
    )
    build = registry.builds.acquire(
        "m", "1.0.0", run_id="one", is_over=lambda _: False, actor="ann"
    )
    evidence = registry.stages.evidence("m", "1.0.0")
    assert evidence.policy == policy
    assert evidence.verdicts == {("holdout", "accuracy_at_least"): newest.verdicts[0]}
    assert evidence.evaluations == {"holdout": newest}
    assert evidence.artifacts == {"onnx": record}
    assert evidence.build == build


def test_evidence_of_another_version_does_not_count(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    samples.register(registry)
    samples.evaluate(registry, "1.0.0")
    samples.register(registry)
    assert registry.stages.evidence("m", "1.0.1").verdicts == {}
    assert len(registry.stages.evidence("m", "1.0.0").verdicts) == len(policy.gates)


def test_evidence_on_a_missing_version_is_refused(registry: Registry) -> None:
    with pytest.raises(VersionNotFoundError):
        registry.stages.evidence("m", "1.0.0")


def test_a_decision_allows_only_when_every_condition_is_met() -> None:
    met = Condition("build", "met", "built")
    unmet = Condition("gate", "unmet", "too low", "train")
    waiting = Condition("onnx", "waiting", "not made")
    assert Decision((met,)).allowed
    assert not Decision((met, waiting)).allowed
    assert Decision((met, unmet, waiting)).reasons == ("too low", "not made")


def test_the_evidence_has_the_versions_own_moves(registry: Registry, samples: Samples) -> None:
    first, second = samples.release(registry, 2)
    moves = registry.stages.evidence("m", first).moves
    assert [move.target for move in moves] == [Stage.STAGING, Stage.PRODUCTION, Stage.ARCHIVED]
    assert {move.version for move in registry.stages.evidence("m", second).moves} == {second}
