from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import (
    CheckpointNotFoundError,
    InvalidValueError,
    ModelNotFoundError,
    PinNotFoundError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.registry.pins import PinSubject
from frontier_assets_tests.registry.test_checkpoints import add

if TYPE_CHECKING:
    from frontier_assets_tests.registry.conftest import Samples

CHECKPOINT, VERSION = PinSubject


def test_a_pin_says_who_holds_what_and_why(registry: Registry, samples: "Samples") -> None:
    add(registry, 1)
    number = samples.register(registry).number
    on_checkpoint = registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="ann", reason="paper")
    on_version = registry.pins.add("m", VERSION, number, actor="bob", reason="audit")
    assert registry.pins.list("m") == [on_checkpoint, on_version]
    assert (on_version.name, on_version.pinned_by, on_version.reason) == (number, "bob", "audit")
    entries = registry.audit.entries("m")[-2:]
    assert [entry.action for entry in entries] == [AuditAction.PINNED] * 2
    assert [entry.version for entry in entries] == [None, number]
    assert entries[0].after == {"subject": "checkpoint", "name": "r1-step-1", "reason": "paper"}


def test_pinning_again_changes_the_reason_alone(registry: Registry) -> None:
    add(registry, 1)
    first = registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="ann", reason="paper")
    heads = registry.audit.heads()
    same = registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="bob", reason="paper")
    assert same == first
    assert registry.audit.heads() == heads
    changed = registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="bob", reason="thesis")
    assert registry.pins.list("m") == [changed]
    assert registry.audit.entries("m")[-1].before["reason"] == "paper"


def test_a_pin_is_taken_away_once(registry: Registry) -> None:
    add(registry, 1)
    pin = registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="ann", reason="paper")
    assert registry.pins.remove("m", CHECKPOINT, "r1-step-1", actor="bob") == pin
    assert registry.pins.list("m") == []
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.actor) == (AuditAction.UNPINNED, "bob")
    with pytest.raises(PinNotFoundError, match="'m' checkpoint 'r1-step-1' is not pinned"):
        registry.pins.remove("m", CHECKPOINT, "r1-step-1", actor="bob")


def test_what_is_not_there_cannot_be_pinned(registry: Registry) -> None:
    with pytest.raises(CheckpointNotFoundError):
        registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="ann", reason="paper")
    with pytest.raises(VersionNotFoundError):
        registry.pins.add("m", VERSION, "1.0.0", actor="ann", reason="paper")
    with pytest.raises(ModelNotFoundError):
        registry.pins.list("unknown")


def test_a_pin_has_a_reason(registry: Registry) -> None:
    add(registry, 1)
    with pytest.raises(InvalidValueError, match="Reason"):
        registry.pins.add("m", CHECKPOINT, "r1-step-1", actor="ann", reason=" ")
    assert registry.pins.list("m") == []
