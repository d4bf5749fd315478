from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import (
    CheckpointNotFoundError,
    CheckpointProtectedError,
    InvalidValueError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.registry.pins import PinSubject
from frontier_assets.types import Checkpoint, Stage
from frontier_assets_tests.registry.test_checkpoints import add

if TYPE_CHECKING:
    from frontier_assets_tests.registry.conftest import Samples


def delete(registry: Registry, *doomed: Checkpoint) -> None:
    registry.checkpoints.delete("m", doomed, actor="ann", reason="retention")


def keys(registry: Registry) -> list[str]:
    return [item.key for item in registry.checkpoints.list("m")]


def test_deleted_checkpoints_are_gone_and_stand_in_one_entry(registry: Registry) -> None:
    first, second, third = (add(registry, step) for step in (1, 2, 3))
    delete(registry, first, third)
    assert keys(registry) == [second.key]
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.reason) == (AuditAction.CHECKPOINTS_DELETED, "retention")
    assert entry.before == {"checkpoints": {first.key: first.digest, third.key: third.digest}}
    assert registry.audit.verify("m") == entry.sequence


def test_deleting_nothing_leaves_no_trace(registry: Registry) -> None:
    heads = registry.audit.heads()
    delete(registry)
    assert registry.audit.heads() == heads


def test_a_reason_is_needed(registry: Registry) -> None:
    with pytest.raises(InvalidValueError, match="Reason"):
        registry.checkpoints.delete("m", [add(registry, 1)], actor="ann", reason="")


def test_one_protected_checkpoint_keeps_the_others_too(registry: Registry) -> None:
    first, second = add(registry, 1), add(registry, 2)
    registry.pins.add("m", PinSubject.CHECKPOINT, second.key, actor="ann", reason="paper")
    with pytest.raises(
        CheckpointProtectedError, match="'r1-step-2' of 'm' cannot be deleted: it is pinned by ann"
    ):
        delete(registry, first, second)
    assert keys(registry) == [first.key, second.key]


def test_a_state_saved_again_under_the_same_key_is_not_deleted(registry: Registry) -> None:
    seen = add(registry, 1)
    add(registry, 1, digest="f" * 64)
    with pytest.raises(CheckpointNotFoundError, match="r1-step-1"):
        delete(registry, seen)
    assert keys(registry) == [seen.key]


def test_a_checkpoint_of_another_model_is_not_deleted(registry: Registry) -> None:
    registry.models.ensure("other", actor="ann")
    seen = add(registry, 1)
    with pytest.raises(CheckpointNotFoundError, match="Model 'other'"):
        registry.checkpoints.delete("other", [seen], actor="ann", reason="retention")
    assert keys(registry) == [seen.key]


def test_a_promotion_between_plan_and_deletion_holds(
    registry: Registry, samples: "Samples"
) -> None:
    old, new = add(registry, 1), add(registry, 2)
    number = samples.register(registry, checkpoint=old.key).number
    samples.register(registry, checkpoint=new.key)
    assert old.key not in registry.checkpoints.protected("m")
    samples.move(registry, number, Stage.STAGING)
    with pytest.raises(CheckpointProtectedError, match=r"version 1\.0\.0, made from it, is staged"):
        delete(registry, old)


def test_every_stage_that_can_be_returned_to_holds_its_checkpoint(
    registry: Registry, samples: "Samples"
) -> None:
    saved = [add(registry, step) for step in range(6)]
    for checkpoint in saved:
        samples.promote(registry, samples.register(registry, checkpoint=checkpoint.key).number)
    held = registry.checkpoints.protected("m")
    window = "is in the rollback window"
    assert {key: [why.partition("made from it, ")[2] for why in held[key]] for key in held} == {
        "r1-step-5": ["is in production", "is the head of branch main"],
        "r1-step-4": [window],
        "r1-step-3": [window],
        "r1-step-2": [window],
    }
    delete(registry, *saved[:2])
    assert keys(registry) == [item.key for item in saved[2:]]


def test_a_pinned_version_holds_its_checkpoint(registry: Registry, samples: "Samples") -> None:
    old = add(registry, 1)
    number = samples.register(registry, checkpoint=old.key).number
    samples.register(registry)
    registry.pins.add("m", PinSubject.VERSION, number, actor="ann", reason="audit")
    with pytest.raises(CheckpointProtectedError, match=r"version 1\.0\.0, .* is pinned by ann: au"):
        delete(registry, old)
    registry.pins.remove("m", PinSubject.VERSION, number, actor="ann")
    delete(registry, old)
    assert keys(registry) == []


def test_a_run_that_has_not_ended_holds_what_it_would_resume_from(registry: Registry) -> None:
    registry.training_runs.start("m", "r1", actor="ann")
    first, second = add(registry, 1), add(registry, 2)
    assert registry.checkpoints.protected("m") == {
        second.key: ("training run r1 would resume from it",)
    }
    delete(registry, first)
    registry.training_runs.finish("m", "r1", actor="ann")
    delete(registry, second)
    assert keys(registry) == []


def test_a_run_of_another_model_holds_nothing(registry: Registry) -> None:
    registry.models.ensure("other", actor="ann")
    registry.training_runs.start("other", "r1", actor="ann")
    add(registry, 1)
    assert registry.checkpoints.protected("m") == {}
