import pytest

from frontier_assets.errors import InvalidValueError, ModelFrozenError, ModelNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.freezes import Freeze
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples


def freeze(registry: Registry, reason: str = "errors rise", actor: str = "bob") -> Freeze:
    return registry.freezes.freeze("m", actor=actor, reason=reason)


def unfreeze(registry: Registry) -> Freeze | None:
    return registry.freezes.unfreeze("m", actor="ann", reason="it was the camera")


@pytest.mark.parametrize("to", [Stage.STAGING, Stage.PRODUCTION])
def test_a_promotion_of_a_frozen_model_says_who_froze_it_when_why_and_what_to_do(
    registry: Registry, samples: Samples, to: Stage
) -> None:
    samples.register(registry)
    if to is Stage.PRODUCTION:
        samples.move(registry, "1.0.0", Stage.STAGING)
    frozen = freeze(registry)
    heads = registry.audit.heads()
    with pytest.raises(ModelFrozenError) as caught:
        samples.move(registry, "1.0.0", to)
    error = caught.value
    assert (error.model, error.frozen_by, error.reason) == ("m", "bob", "errors rise")
    assert error.frozen_at == frozen.frozen_at
    assert str(error) == (
        f"Model 'm' was frozen by bob at {frozen.frozen_at:%Y-%m-%d %H:%M} UTC: errors rise; "
        "`frontier unfreeze m` allows promotions again, `frontier rollback m` is possible meanwhile"
    )
    assert registry.audit.heads() == heads


def test_a_frozen_model_is_rolled_back_by_hand(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 2)
    freeze(registry)
    move = registry.stages.rollback("m", actor="ann", reason="errors rise")
    assert (move.version, move.replaced) == ("1.0.0", "1.0.1")
    assert registry.models.get("m").frozen is not None


def test_versions_of_a_frozen_model_are_taken_out_of_use(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 1)
    samples.register(registry)
    samples.move(registry, "1.0.1", Stage.STAGING)
    freeze(registry)
    samples.move(registry, "1.0.1", Stage.DEVELOPMENT)
    samples.move(registry, "1.0.0", Stage.ARCHIVED)
    assert registry.stages.holder("m", Stage.PRODUCTION) is None


def test_registrations_and_evaluations_go_on_and_so_do_other_models(
    registry: Registry, samples: Samples, policy: ModelSpecification
) -> None:
    registry.models.ensure("other", actor="ann")
    freeze(registry)
    samples.evaluate(registry, samples.register(registry).number)
    new = samples.new_version(model="other")
    registry.versions.register(new, actor="ann")
    allow = samples.allow
    registry.stages.move(
        "other", "1.0.0", Stage.STAGING, actor="ann", reason="because", decide=allow
    )
    assert [model.frozen is None for model in registry.models.list()] == [False, True]


def test_an_unfrozen_model_is_promoted_again(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    frozen = freeze(registry)
    assert unfreeze(registry) == frozen
    assert registry.models.get("m").frozen is None
    assert samples.promote(registry, "1.0.0").changed


def test_both_stand_in_the_audit_trail(registry: Registry) -> None:
    freeze(registry)
    unfreeze(registry)
    frozen, unfrozen = registry.audit.entries("m")[-2:]
    facts = {"frozen_by": "bob", "reason": "errors rise"}
    assert (frozen.action, frozen.actor, frozen.before, frozen.after) == (
        "frozen",
        "bob",
        {},
        facts,
    )
    assert (unfrozen.action, unfrozen.actor, unfrozen.reason) == (
        "unfrozen",
        "ann",
        "it was the camera",
    )
    assert (unfrozen.before, unfrozen.after) == (facts, {})
    assert registry.audit.verify("m") == unfrozen.sequence


def test_freezing_for_the_same_reason_again_changes_nothing(registry: Registry) -> None:
    first = freeze(registry)
    heads = registry.audit.heads()
    assert freeze(registry, actor="ann") == first
    assert registry.audit.heads() == heads


def test_freezing_for_another_reason_replaces_the_first(registry: Registry) -> None:
    freeze(registry)
    second = freeze(registry, "legal hold", actor="ann")
    assert registry.models.get("m").frozen == second
    assert (second.frozen_by, second.reason) == ("ann", "legal hold")
    assert registry.audit.entries("m")[-1].before["reason"] == "errors rise"


def test_unfreezing_what_is_not_frozen_changes_nothing(registry: Registry) -> None:
    heads = registry.audit.heads()
    assert unfreeze(registry) is None
    assert registry.audit.heads() == heads


@pytest.mark.parametrize("reason", ["", "a\x00b"])
def test_a_reason_is_needed_for_both(registry: Registry, reason: str) -> None:
    heads = registry.audit.heads()
    for change in (registry.freezes.freeze, registry.freezes.unfreeze):
        with pytest.raises(InvalidValueError, match="Reason"):
            change("m", actor="ann", reason=reason)
    assert registry.audit.heads() == heads


def test_an_unknown_model_is_named(registry: Registry) -> None:
    for change in (registry.freezes.freeze, registry.freezes.unfreeze):
        with pytest.raises(ModelNotFoundError, match="'x'"):
            change("x", actor="ann", reason="because")
