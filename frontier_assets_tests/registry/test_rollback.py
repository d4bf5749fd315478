import pytest

from frontier_assets.errors import (
    InvalidValueError,
    ModelNotFoundError,
    NothingToRollBackError,
    StageConflictError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.moves import StageMove
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples


def roll_back(registry: Registry, to: str | None = None) -> StageMove:
    return registry.stages.rollback("m", actor="bob", reason="errors rise", to=to)


@pytest.mark.feature("PRO-5")
def test_the_previous_holder_returns_and_the_present_one_is_archived(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 2)
    move = roll_back(registry)
    assert (move.version, move.source, move.target) == (
        "1.0.0",
        Stage.ARCHIVED,
        Stage.PRODUCTION,
    )
    assert (move.replaced, move.changed, move.actor) == ("1.0.1", True, "bob")
    assert registry.versions.get("m@production").number == "1.0.0"
    assert registry.versions.get("m@1.0.1").stage is Stage.ARCHIVED
    left, returned = registry.stages.history("m")[-2:]
    assert (left.version, left.target, returned) == ("1.0.1", Stage.ARCHIVED, move)
    assert [entry.version for entry in registry.audit.entries("m")][-2:] == ["1.0.1", "1.0.0"]


def test_the_rolled_back_version_is_barred_and_nothing_else(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 2)
    roll_back(registry)
    assert registry.stages.evidence("m", "1.0.1").barred_reason == "rolled back: errors rise"
    assert registry.stages.evidence("m", "1.0.0").barred_reason is None
    barred = registry.audit.entries("m")[-2].after["barred_reason"]
    assert barred == "rolled back: errors rise"


def test_rolling_back_again_goes_further_and_not_to_and_fro(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 3)
    assert [roll_back(registry).version, roll_back(registry).version] == ["1.0.1", "1.0.0"]
    with pytest.raises(NothingToRollBackError, match="not rolled back itself"):
        roll_back(registry)
    assert registry.versions.get("m@production").number == "1.0.0"


@pytest.mark.parametrize("to", ["1.0.1", "1.0.2", "1.0.3"])
def test_any_of_the_last_three_holders_can_be_named(
    registry: Registry, samples: Samples, to: str
) -> None:
    samples.release(registry, 5)
    assert roll_back(registry, to).version == to
    assert registry.versions.get("m@production").number == to


@pytest.mark.parametrize("to", ["1.0.0", "1.0.4", "1.0.5", "9.9.9", ""])
def test_nothing_outside_the_window_can_be_named(
    registry: Registry, samples: Samples, to: str
) -> None:
    samples.release(registry, 5)
    samples.register(registry)
    changes = registry.audit.heads()
    with pytest.raises(NothingToRollBackError, match=r"1.0.3, 1.0.2, 1.0.1"):
        roll_back(registry, to)
    assert registry.audit.heads() == changes


def test_a_version_that_was_rolled_back_by_mistake_can_be_named(
    registry: Registry, samples: Samples
) -> None:
    samples.release(registry, 2)
    roll_back(registry)
    assert roll_back(registry, "1.0.1").version == "1.0.1"


def test_the_window_counts_every_holder_once(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 5)
    roll_back(registry, "1.0.3")
    roll_back(registry, "1.0.4")
    with pytest.raises(NothingToRollBackError, match=r"1.0.3, 1.0.2, 1.0.1"):
        roll_back(registry, "1.0.0")


@pytest.mark.feature("PRO-5")
def test_the_first_holder_has_nothing_before_it(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 1)
    heads = registry.audit.heads()
    with pytest.raises(NothingToRollBackError, match=r"1.0.0 has no earlier holder"):
        roll_back(registry)
    assert registry.versions.get("m@production").number == "1.0.0"
    assert registry.audit.heads() == heads


def test_an_empty_production_has_nothing_to_roll_back(registry: Registry, samples: Samples) -> None:
    with pytest.raises(NothingToRollBackError, match="no version is in production"):
        roll_back(registry)
    samples.release(registry, 2)
    samples.move(registry, "1.0.1", Stage.ARCHIVED)
    with pytest.raises(NothingToRollBackError, match="no version is in production"):
        roll_back(registry)


def test_two_people_do_not_roll_back_twice(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 3)
    stages = registry.stages
    stages.rollback("m", actor="ann", reason="errors rise", expected="1.0.2")
    with pytest.raises(StageConflictError) as caught:
        stages.rollback("m", actor="bob", reason="errors rise", expected="1.0.2")
    assert caught.value.actual == "1.0.1"


def test_a_rollback_needs_a_reason_and_a_model(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 2)
    with pytest.raises(InvalidValueError, match="Reason"):
        registry.stages.rollback("m", actor="ann", reason=" ")
    with pytest.raises(ModelNotFoundError):
        registry.stages.rollback("x", actor="ann", reason="errors rise")
