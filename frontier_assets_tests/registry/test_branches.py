from typing import Any

import pytest

from frontier_assets.errors import (
    BranchExistsError,
    BranchNotFoundError,
    InvalidValueError,
    ModelNotFoundError,
    NothingToMergeError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.branches import Branch
from frontier_assets.registry.models import model_id
from frontier_assets.registry.protections import protected_versions
from frontier_assets.types import ChangeClass, Ref, Stage, Version
from frontier_assets_tests.registry.conftest import Samples

EXPERIMENTAL = "experimental"


def branch(registry: Registry, name: str = EXPERIMENTAL, source: str = "m@1.0.0") -> Branch:
    return registry.branches.create("m", name, source=Ref.parse(source), actor="ann")


def add(registry: Registry, samples: Samples, name: str = EXPERIMENTAL, **facts: Any) -> Version:
    return registry.versions.register(samples.new_version(**facts), branch=name, actor="bea")


def merge(registry: Registry, name: str = EXPERIMENTAL, **options: Any) -> Version:
    return registry.branches.merge("m", name, actor="ann", **options)


def held(registry: Registry) -> dict[str, tuple[str, ...]]:
    with registry._database.read() as connection:
        return protected_versions(connection, model_id(connection, "m"))


@pytest.fixture
def forked(registry: Registry, samples: Samples) -> Registry:
    """A registry with 1.0.0, and a branch from it."""
    samples.register(registry)
    branch(registry)
    return registry


@pytest.mark.feature("VER-13")
def test_a_branch_numbers_pre_releases_and_leaves_mains_latest_alone(
    forked: Registry, samples: Samples
) -> None:
    numbers = [add(forked, samples).number for _ in range(2)]
    assert numbers == ["1.0.1-experimental.1", "1.0.1-experimental.2"]
    assert forked.versions.get("m").number == "1.0.0"
    assert forked.versions.get("m@experimental").number == "1.0.1-experimental.2"
    assert samples.register(forked).number == "1.0.1"
    first, second = forked.versions.list("m")[1:3]
    assert (first.branch, first.parent, first.sequence) == (EXPERIMENTAL, "1.0.0", 2)
    assert second.parent == first.number


def test_a_branch_is_described(forked: Registry, samples: Samples) -> None:
    empty = forked.branches.get("m", EXPERIMENTAL)
    assert (empty.source, empty.head, empty.versions) == ("1.0.0", "1.0.0", 0)
    assert (empty.created_by, empty.last_merge) == ("ann", None)
    assert forked.versions.get("m@experimental").number == "1.0.0"
    add(forked, samples)
    (used,) = forked.branches.list("m")
    assert (used.head, used.versions) == ("1.0.1-experimental.1", 1)
    assert used.created_at.utcoffset() is not None


def test_the_head_of_ten_and_more_pre_releases_is_the_last(
    forked: Registry, samples: Samples
) -> None:
    for _ in range(11):
        last = add(forked, samples)
    assert last.number == "1.0.1-experimental.11"
    assert forked.versions.get("m@experimental") == last


def test_a_larger_change_moves_the_release_up_and_a_smaller_one_never_back(
    forked: Registry, samples: Samples
) -> None:
    facts: list[dict[str, Any]] = [
        {},
        {"parameters": {"rate": 1}},
        {"parameters": {"rate": 1}},
        {"parameters": {"rate": 1}, "signature": {"inputs": {}}},
    ]
    assert [add(forked, samples, **fact).number for fact in facts] == [
        "1.0.1-experimental.1",
        "1.1.0-experimental.2",
        "1.1.0-experimental.3",
        "2.0.0-experimental.4",
    ]


def test_a_branch_can_leave_a_branch(forked: Registry, samples: Samples) -> None:
    add(forked, samples)
    branch(forked, "deeper", source="m@experimental")
    version = add(forked, samples, "deeper")
    assert (version.number, version.parent) == ("1.0.2-deeper.1", "1.0.1-experimental.1")


@pytest.mark.feature("VER-14")
def test_a_merge_is_the_next_version_of_main_with_both_parents(
    forked: Registry, samples: Samples
) -> None:
    head = add(
        forked,
        samples,
        digest="b" * 64,
        parameters={"rate": 2},
        tags={"team": "vision"},
        checkpoint="r-step-1",
        description="wider",
    )
    latest = samples.register(forked)
    merged = merge(forked)
    assert (merged.number, merged.branch) == ("1.1.0", "main")
    assert (merged.parent, merged.merged_from) == (latest.number, head.number)
    assert (merged.digest, merged.checkpoint, merged.tags) == (head.digest, "r-step-1", head.tags)
    assert (merged.size_bytes, merged.stored_bytes, merged.description) == (10, 0, "wider")
    assert merged.change_reason == "hyperparameters differ in rate (new)"
    assert merged.stage is Stage.DEVELOPMENT
    assert forked.versions.get("m") == merged
    assert forked.branches.get("m", EXPERIMENTAL).last_merge == "1.1.0"
    assert forked.audit.verify("m") == forked.audit.heads()["m"]


def test_an_explicit_class_of_a_merge_wins(forked: Registry, samples: Samples) -> None:
    add(forked, samples)
    assert merge(forked, change=ChangeClass.MAJOR).number == "2.0.0"


@pytest.mark.feature("VER-14")
def test_nothing_new_is_not_merged(forked: Registry, samples: Samples) -> None:
    with pytest.raises(NothingToMergeError, match="'experimental' of 'm' has nothing to merge"):
        merge(forked)
    add(forked, samples)
    merge(forked)
    heads = forked.audit.heads()
    with pytest.raises(NothingToMergeError):
        merge(forked)
    assert forked.audit.heads() == heads
    assert len(forked.versions.list("m")) == 3


def test_a_branch_goes_on_after_a_merge_above_what_was_merged(
    forked: Registry, samples: Samples
) -> None:
    add(forked, samples)
    assert merge(forked).number == "1.0.1"
    again = add(forked, samples)
    assert (again.number, again.parent) == ("1.0.2-experimental.2", "1.0.1-experimental.1")
    assert (merge(forked).number, forked.versions.get("m").parent) == ("1.0.2", "1.0.1")


@pytest.mark.feature("VER-14")
def test_a_deleted_branch_leaves_its_versions_and_its_name_is_gone(
    forked: Registry, samples: Samples
) -> None:
    head = add(forked, samples)
    deleted = forked.branches.delete("m", EXPERIMENTAL, reason="no gain", actor="ann")
    assert deleted.head == head.number
    assert forked.branches.list("m") == []
    assert forked.versions.get(f"m@{head.number}") == head
    with pytest.raises(VersionNotFoundError, match="Model 'm' version 'experimental' not found"):
        forked.versions.get("m@experimental")
    with pytest.raises(BranchNotFoundError, match="'m' branch 'experimental' not found"):
        add(forked, samples)
    with pytest.raises(BranchNotFoundError, match="'m' branch 'experimental' not found"):
        merge(forked)
    with pytest.raises(BranchExistsError, match=r"was deleted.*choose another name"):
        branch(forked)
    entry = forked.audit.entries("m")[-1]
    assert (entry.action, entry.reason) == ("branch_deleted", "no gain")
    assert entry.before == {"branch": EXPERIMENTAL, "source": "1.0.0", "head": head.number}


def test_the_head_of_a_live_branch_alone_is_protected(forked: Registry, samples: Samples) -> None:
    for _ in range(2):
        add(forked, samples)
    assert held(forked)["1.0.1-experimental.2"] == ("is the head of branch experimental",)
    assert "1.0.1-experimental.1" not in held(forked)
    branch(forked, "fresh", source="m@2")
    assert held(forked)["1.0.1-experimental.1"] == ("is the head of branch fresh",)
    for name in ("fresh", EXPERIMENTAL):
        forked.branches.delete("m", name, reason="done", actor="ann")
    assert held(forked) == {"1.0.0": ("is the head of branch main",)}


@pytest.mark.feature("VER-13")
def test_a_branch_that_cannot_be_is_refused_and_changes_nothing(forked: Registry) -> None:
    heads = forked.audit.heads()
    with pytest.raises(BranchExistsError, match="'experimental' of 'm' already exists"):
        branch(forked)
    with pytest.raises(VersionNotFoundError, match=r"Model 'm' version '9\.9\.9' not found"):
        branch(forked, "other", source="m@9.9.9")
    for name in ("main", "latest", "a/b", "..", " ", "3", "1.0.0"):
        with pytest.raises(InvalidValueError, match="Branch name"):
            branch(forked, name)
    with pytest.raises(ModelNotFoundError):
        forked.branches.list("x")
    with pytest.raises(InvalidValueError, match="Reason"):
        forked.branches.delete("m", EXPERIMENTAL, reason=" ", actor="ann")
    assert forked.audit.heads() == heads
    assert [item.name for item in forked.branches.list("m")] == [EXPERIMENTAL]


def test_main_is_no_branch_to_merge_or_delete(forked: Registry) -> None:
    with pytest.raises(BranchNotFoundError):
        merge(forked, "main")
    with pytest.raises(BranchNotFoundError):
        forked.branches.delete("m", "main", reason="tidy", actor="ann")


def test_registering_on_an_unknown_branch_uses_up_no_number(
    forked: Registry, samples: Samples
) -> None:
    with pytest.raises(BranchNotFoundError):
        add(forked, samples, "other")
    assert samples.register(forked).sequence == 2


def test_the_same_run_registers_a_checkpoint_once_on_each_branch(
    forked: Registry, samples: Samples
) -> None:
    new = samples.new_version(checkpoint="r-step-1")
    numbers = [
        forked.versions.register(new, branch=name, actor="ann", run_id="run-1").number
        for name in (EXPERIMENTAL, "main", EXPERIMENTAL, "main")
    ]
    assert numbers == ["1.0.1-experimental.1", "1.0.1"] * 2
