import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import (
    CheckpointProtectedError,
    InvalidValueError,
    VersionDeletedError,
    VersionExistsError,
    VersionNotFoundError,
    VersionProtectedError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.registry.pins import PinSubject
from frontier_assets.types import Digest, Stage, Version
from frontier_assets_tests.registry.test_checkpoints import add
from frontier_assets_tests.stored import stored

if TYPE_CHECKING:
    from frontier_assets_tests.registry.conftest import Samples

A, B, C = (Digest(letter * 64) for letter in "abc")


def delete(registry: Registry, number: str) -> Version:
    return registry.tombstones.delete("m", number, actor="bob", reason="leaked data")


def delete_all(registry: Registry) -> list[str]:
    deleted = registry.tombstones.delete_all("m", actor="bob", reason="retired")
    return [version.number for version in deleted]


@pytest.mark.feature("VER-12")
def test_a_deleted_version_says_who_deleted_it_when_and_why(
    registry: Registry, samples: "Samples"
) -> None:
    for digest in (A, B):
        samples.register(registry, digest=digest)
    deleted = delete(registry, "1.0.0")
    for asked in ("1.0.0", "1", f"digest:{A[:8]}"):
        with pytest.raises(VersionNotFoundError) as refused:
            registry.versions.get(f"m@{asked}")
        at = deleted.deleted_at
        assert isinstance(refused.value, VersionDeletedError)
        assert (refused.value.deleted_by, refused.value.reason) == ("bob", "leaked data")
        assert str(refused.value) == (
            f"Model 'm' version '{asked}' not found: bob deleted it on {at:%Y-%m-%d %H:%M} UTC: "
            "leaked data"
        )


@pytest.mark.feature("VER-12")
def test_the_others_stay_and_latest_is_one_of_them(registry: Registry, samples: "Samples") -> None:
    for _ in range(3):
        samples.register(registry)
    delete(registry, "1.0.1")
    assert [version.number for version in registry.versions.list("m")] == ["1.0.0", "1.0.2"]
    assert registry.versions.get("m").number == "1.0.2"
    recorded = registry.versions.recorded("m")
    assert [version.deleted_at is None for version in recorded] == [True, False, True]


def test_its_entry_in_the_trail_says_what_it_was(registry: Registry, samples: "Samples") -> None:
    samples.register(registry, digest=A)
    samples.register(registry, digest=B)
    delete(registry, "1.0.0")
    entry = registry.audit.entries("m")[-1]
    assert (entry.action, entry.version) == (AuditAction.VERSION_DELETED, "1.0.0")
    assert (entry.actor, entry.reason) == ("bob", "leaked data")
    assert entry.before == {"digest": A, "stage": "development", "store": "default"}
    assert registry.audit.verify("m") == entry.sequence


def test_numbers_and_sequences_are_never_used_again(registry: Registry, samples: "Samples") -> None:
    for _ in range(3):
        samples.register(registry)
    delete(registry, "1.0.1")
    assert delete_all(registry) == ["1.0.0", "1.0.2"]
    with pytest.raises(VersionExistsError, match=r"'1\.0\.1' of 'm' already exists"):
        samples.register(registry, "1.0.1")
    again = samples.register(registry)
    assert (again.number, again.sequence, again.parent) == ("1.0.3", 4, "1.0.2")


@pytest.mark.feature("VER-12", "DB-17")
def test_what_something_holds_is_refused_with_every_hold_and_the_next_commands(
    registry: Registry, samples: "Samples"
) -> None:
    first, second, third = samples.release(registry, 3)
    staged = samples.register(registry).number
    samples.move(registry, staged, Stage.STAGING)
    registry.pins.add("m", PinSubject.VERSION, third, actor="ann", reason="paper")
    heads = registry.audit.heads()
    texts = {}
    for number in (first, third, staged):
        with pytest.raises(VersionProtectedError) as refused:
            delete(registry, number)
        texts[number] = str(refused.value)
    assert texts[first].startswith(
        f"Version '{first}' of 'm' cannot be deleted: is in the rollback window. First put later"
    )
    assert texts[third] == (
        f"Version '{third}' of 'm' cannot be deleted: is in production; is pinned by ann: paper. "
        "First `frontier promote OTHER --to production --reason WHY` puts another version there, "
        f"`frontier promote m@{third} --to archived --reason WHY` none; then "
        f"`frontier unpin m@{third}` takes the pin away"
    )
    assert texts[staged] == (
        f"Version '{staged}' of 'm' cannot be deleted: is staged; is the head of branch main. "
        f"First `frontier promote m@{staged} --to development --reason WHY` takes it back; then "
        "register the next version, or let all of them go together with "
        "`frontier delete m --all-versions --reason WHY`"
    )
    assert registry.audit.heads() == heads
    assert [item.number for item in registry.versions.list("m")] == [first, second, third, staged]


@pytest.mark.feature("DB-17")
def test_a_whole_model_goes_when_nothing_of_it_is_in_use(
    registry: Registry, samples: "Samples"
) -> None:
    (number,) = samples.release(registry, 1)
    add(registry, 1)
    with pytest.raises(VersionProtectedError, match="is in production"):
        delete_all(registry)
    samples.move(registry, number, Stage.ARCHIVED)
    assert delete_all(registry) == [number]
    assert (registry.versions.list("m"), registry.checkpoints.list("m")) == ([], [])
    with pytest.raises(VersionNotFoundError, match="'latest' not found"):
        registry.versions.get("m")
    assert [entry.action for entry in registry.audit.entries("m")][-2:] == [
        AuditAction.VERSION_DELETED,
        AuditAction.CHECKPOINTS_DELETED,
    ]


def test_one_pinned_checkpoint_keeps_the_whole_model(
    registry: Registry, samples: "Samples"
) -> None:
    samples.register(registry)
    key = add(registry, 1).key
    registry.pins.add("m", PinSubject.CHECKPOINT, key, actor="ann", reason="paper")
    with pytest.raises(CheckpointProtectedError, match="pinned by ann: paper"):
        delete_all(registry)
    assert [version.number for version in registry.versions.list("m")] == ["1.0.0"]


@pytest.mark.feature("LIF-8")
def test_history_lineage_and_earlier_holders_go_on_naming_it(
    registry: Registry, samples: "Samples"
) -> None:
    (number,) = samples.release(registry, 1)
    then = datetime.now(UTC)
    samples.move(registry, number, Stage.ARCHIVED)
    delete_all(registry)
    samples.register(registry)
    samples.register(registry)
    held = registry.stages.holder("m", Stage.PRODUCTION, at=then)
    assert held is not None
    assert (held.number, held.deleted_at is not None) == (number, True)
    assert [move.version for move in registry.stages.history("m")] == [number] * 3
    samples.promote(registry, "1.0.1")
    samples.promote(registry, "1.0.2")
    assert registry.checkpoints.protected("m") == {}
    assert registry.stages.rollback("m", actor="ann", reason="slow").version == "1.0.1"


def test_nothing_can_be_done_with_it_any_more(registry: Registry, samples: "Samples") -> None:
    samples.register(registry)
    samples.register(registry)
    delete(registry, "1.0.0")
    heads = registry.audit.heads()
    with pytest.raises(VersionDeletedError):
        delete(registry, "1.0.0")
    with pytest.raises(VersionDeletedError):
        samples.move(registry, "1.0.0", Stage.STAGING)
    with pytest.raises(VersionDeletedError):
        registry.artifacts.add(
            "m", "1.0.0", name="onnx", stored=stored(C), members=[], details={}, actor="ann"
        )
    with pytest.raises(VersionDeletedError):
        registry.stages.evidence("m", "1.0.0")
    assert registry.audit.heads() == heads


def test_its_bytes_and_those_of_its_parts_are_no_longer_referred_to(
    registry: Registry, samples: "Samples"
) -> None:
    samples.register(registry, digest=A)
    registry.artifacts.add(
        "m", "1.0.0", name="onnx", stored=stored(C), members=[], details={}, actor="ann"
    )
    samples.register(registry, digest=B)
    registry.copies.add_version("m", "1.0.0", [stored(A, store="backup")], actor="ann")
    assert registry.collection.reachable("backup") == {A}
    delete(registry, "1.0.0")
    assert registry.collection.reachable("default") == {B}
    assert registry.collection.reachable("backup") == set()


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_is_needed(registry: Registry, samples: "Samples", reason: str) -> None:
    samples.register(registry)
    with pytest.raises(InvalidValueError, match="Reason"):
        registry.tombstones.delete("m", "1.0.0", actor="ann", reason=reason)


@pytest.mark.feature("VER-24")
def test_of_a_deletion_and_a_promotion_at_once_one_is_refused(
    registry: Registry, samples: "Samples"
) -> None:
    numbers = [samples.register(registry).number for _ in range(9)][:-1]
    for number in numbers:
        both = threading.Barrier(2)

        def run(act: str, number: str = number, both: threading.Barrier = both) -> str:
            both.wait()
            try:
                if act == "delete":
                    delete(registry, number)
                else:
                    samples.move(registry, number, Stage.STAGING)
            except (VersionDeletedError, VersionProtectedError):
                return "refused"
            return act

        with ThreadPoolExecutor(2) as threads:
            outcomes = sorted(threads.map(run, ("delete", "promote")))
        deleted = number not in {version.number for version in registry.versions.list("m")}
        assert outcomes == (["delete", "refused"] if deleted else ["promote", "refused"])
    assert registry.audit.verify("m") > 0


def test_a_lower_number_after_all_were_deleted_is_the_latest(
    registry: Registry, samples: "Samples"
) -> None:
    samples.register(registry)
    samples.register(registry, "3.0.0")
    delete_all(registry)
    assert samples.register(registry, "1.5.0").number == registry.versions.get("m").number
    assert [item.latest for item in registry.catalogue.list()] == ["1.5.0"]
    # What was given once is not given again, so numbers go on after it.
    assert samples.register(registry).number == "3.0.1"
    assert registry.versions.get("m").number == "3.0.1"
