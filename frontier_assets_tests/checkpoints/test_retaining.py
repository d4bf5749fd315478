import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from frontier_assets.checkpoints.retaining import RetentionReport, retain
from frontier_assets.errors import (
    ArtifactNotFoundError,
    InvalidValueError,
    ModelNotFoundError,
    PinNotFoundError,
)
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.specification import KeepRule
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.stored import manifest_name
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import Checkpoint
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular_yaml

BEST_AND_RECENT = {"keep_best": 1, "keep_recent": 3}
MODELS = itertools.count()
BYTES = 8 * 1000  # of one tensor below


def save(workspace: Workspace, step: int, model: str = "m", **tensors: float) -> Checkpoint:
    """Save tensors of one value each; the loss falls until step 4 and rises again."""
    values = tensors or {"weight": step}
    state = {"model": {name: np.full(1000, value, float) for name, value in values.items()}}
    loss = abs(step - 4) / 10
    return workspace.checkpoints.save(
        model, run="r", step=step, state=state, metrics={"loss": loss}
    )


def steps(workspace: Workspace, model: str = "m") -> list[int]:
    return [item.step for item in workspace.checkpoints.list(model)]


def deleted(report: RetentionReport) -> list[int]:
    return [item.step for item in report.deleted]


def occupied(workspace: Workspace) -> int:
    """Return the bytes in which anything lies that the registry refers to."""
    store = workspace.stores["default"]
    digests = workspace.registry.collection.reachable("default")
    places = {place for digest in digests for place in store.open(digest).locations}
    return sum(place.length for place in places)


@pytest.mark.feature("CKP-3")
def test_the_best_and_the_newest_remain(workspace: Workspace) -> None:
    for step in range(10):
        save(workspace, step)
    report = workspace.checkpoints.retain("m", BEST_AND_RECENT)
    assert deleted(report) == [0, 1, 2, 3, 5, 6]
    assert steps(workspace) == [4, 7, 8, 9]
    assert workspace.checkpoints.get("m", "best").step == 4
    assert workspace.checkpoints.load("m", "r-step-7")["model"]["weight"][0] == 7


@pytest.mark.feature("CKP-3")
def test_the_checkpoint_of_the_newest_version_is_never_deleted(workspace: Workspace) -> None:
    for step in range(10):
        save(workspace, step)
    workspace.versions.register("m", checkpoint="r-step-0")
    report = workspace.checkpoints.retain("m", BEST_AND_RECENT)
    assert steps(workspace) == [0, 4, 7, 8, 9]
    assert report.kept[0].reasons == ("version 1.0.0, made from it, is the head of branch main",)


@pytest.mark.feature("CKP-5")
def test_a_dry_run_deletes_nothing_and_reports_the_same(workspace: Workspace) -> None:
    for step in range(6):
        save(workspace, step)
    heads = workspace.audit.heads()
    dry = workspace.checkpoints.retain("m", BEST_AND_RECENT, dry_run=True)
    assert (steps(workspace), workspace.audit.heads()) == ([*range(6)], heads)
    real = workspace.checkpoints.retain("m", BEST_AND_RECENT)
    assert (dry.dry_run, real.dry_run) == (True, False)
    assert (dry.kept, dry.deleted, dry.freed_bytes) == (real.kept, real.deleted, real.freed_bytes)
    assert [item.key for item in real.deleted] == ["r-step-0", "r-step-1", "r-step-2"]
    assert real.freed_bytes == 3 * BYTES


def test_the_policy_is_the_yamls_unless_one_is_given(workspace: Workspace) -> None:
    retention = {"checkpoints": {"keep_recent": 1}, "rules": [{"keep_every": 2}]}
    workspace.record_policy(tabular_yaml.specification("sklearn", retention=retention))
    for step in range(5):
        save(workspace, step)
    dry = workspace.checkpoints.retain("m", {"keep_recent": 2}, dry_run=True)
    assert deleted(dry) == [0, 1, 2]
    assert deleted(workspace.checkpoints.retain("m")) == [1, 3]


def test_without_a_policy_everything_is_kept(workspace: Workspace) -> None:
    save(workspace, 1)
    report = workspace.checkpoints.retain("m")
    assert (report.deleted, report.freed_bytes) == ((), 0)
    assert report.kept[0].reasons == ("everything is kept",)
    with pytest.raises(ModelNotFoundError):
        workspace.checkpoints.retain("unknown")


def test_the_audit_trail_says_by_which_rules(workspace: Workspace) -> None:
    save(workspace, 1)
    save(workspace, 2)
    workspace.checkpoints.retain("m", [{"keep_recent": 1}, {"keep_every": 2}], actor="bob")
    entry = workspace.audit.entries("m")[-1]
    assert (entry.action, entry.actor) == (AuditAction.CHECKPOINTS_DELETED, "bob")
    assert entry.reason == 'retention by {"keep_recent":1} and {"keep_every":2}'


def test_a_pin_holds_until_it_is_taken_away(workspace: Workspace) -> None:
    for step in range(3):
        save(workspace, step)
    assert workspace.checkpoints.pin("m", "r-step-0", "the paper's").name == "r-step-0"
    report = workspace.checkpoints.retain("m", {"keep_recent": 1})
    assert report.kept[0].reasons == ("it is pinned by ann: the paper's",)
    workspace.checkpoints.unpin("m", "r-step-0")
    with pytest.raises(PinNotFoundError):
        workspace.checkpoints.unpin("m", "r-step-0")
    assert deleted(workspace.checkpoints.retain("m", {"keep_recent": 1})) == [0]


def test_the_best_can_be_pinned_by_its_word(workspace: Workspace) -> None:
    save(workspace, 4)
    save(workspace, 5)
    assert workspace.checkpoints.pin("m", "best", "good").name == "r-step-4"


def test_bytes_that_a_kept_artifact_uses_are_not_freed(workspace: Workspace) -> None:
    save(workspace, 1, a=1.0, b=2.0)
    save(workspace, 2, a=1.0, b=3.0)
    report = workspace.checkpoints.retain("m", {"keep_recent": 1})
    assert (deleted(report), report.freed_bytes) == ([1], BYTES)


def test_bytes_that_another_model_uses_are_not_freed(workspace: Workspace) -> None:
    save(workspace, 1, "other", a=1.0)
    save(workspace, 2, "other", a=1.0, b=5.0)
    save(workspace, 1, a=1.0)
    save(workspace, 2, c=7.0)
    report = workspace.checkpoints.retain("m", {"keep_recent": 1})
    assert (deleted(report), report.freed_bytes) == ([1], 0)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    saved=st.lists(
        st.dictionaries(st.sampled_from("abc"), st.sampled_from([1.0, 2.0]), min_size=1),
        min_size=1,
        max_size=6,
    ),
    count=st.integers(1, 3),
    released=st.none() | st.integers(0, 5),
)
def test_a_dry_run_says_exactly_what_the_deletion_then_frees(
    workspace: Workspace, saved: list[dict[str, float]], count: int, released: int | None
) -> None:
    model = f"m{next(MODELS)}"
    for step, tensors in enumerate(saved):
        save(workspace, step, model, **tensors)
    if released is not None and released < len(saved):
        workspace.versions.register(model, checkpoint=f"r-step-{released}")
    dry = workspace.checkpoints.retain(model, {"keep_recent": count}, dry_run=True)
    before = occupied(workspace)
    real = workspace.checkpoints.retain(model, {"keep_recent": count})
    assert (dry.kept, dry.deleted, dry.freed_bytes) == (real.kept, real.deleted, real.freed_bytes)
    assert before - occupied(workspace) == real.freed_bytes
    assert steps(workspace, model) == [item.checkpoint.step for item in real.kept]


def test_a_damaged_checkpoint_can_go_and_frees_nothing_that_could_be_found(
    workspace: Workspace, tmp_path: Path
) -> None:
    damaged = save(workspace, 1)
    save(workspace, 2)
    (tmp_path / "store" / manifest_name(damaged.digest)).unlink()
    report = workspace.checkpoints.retain("m", {"keep_recent": 1})
    assert (deleted(report), report.freed_bytes) == ([1], 0)


def test_a_kept_artifact_that_cannot_be_read_stops_the_deletion(
    workspace: Workspace, tmp_path: Path
) -> None:
    save(workspace, 1)
    kept = save(workspace, 2)
    (tmp_path / "store" / manifest_name(kept.digest)).unlink()
    with pytest.raises(ArtifactNotFoundError, match=kept.digest):
        workspace.checkpoints.retain("m", {"keep_recent": 1})
    assert steps(workspace) == [1, 2]


class SlowStores(ArtifactStores):
    """Stores that somebody acts beside while they are first looked at."""

    def __init__(self, folder: Path, meanwhile: Callable[[], object]) -> None:
        super().__init__({"default": f"file:{folder}"}, root=None)
        self._meanwhile = [meanwhile]

    @override
    def __getitem__(self, name: str) -> ArtifactStore:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().__getitem__(name)


def test_what_is_pinned_between_plan_and_deletion_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    for step in range(4):
        save(workspace, step)
    stores = SlowStores(
        tmp_path / "store", lambda: workspace.checkpoints.pin("m", "r-step-1", "just now")
    )
    rules = [KeepRule(keep_recent=1)]
    report = retain(workspace.registry, stores, "m", rules, dry_run=False, actor="ann")
    assert (deleted(report), steps(workspace)) == ([0, 2], [1, 3])
    assert report.kept[0].reasons == ("it is pinned by ann: just now",)


def test_two_retentions_at_once_delete_once(workspace: Workspace, tmp_path: Path) -> None:
    for step in range(4):
        save(workspace, step)
    stores = SlowStores(
        tmp_path / "store", lambda: workspace.checkpoints.retain("m", {"keep_recent": 2})
    )
    rules = [KeepRule(keep_recent=1)]
    report = retain(workspace.registry, stores, "m", rules, dry_run=False, actor="ann")
    assert (deleted(report), steps(workspace)) == ([2], [3])


@pytest.mark.feature("CKP-4")
def test_a_refused_policy_deletes_nothing(workspace: Workspace) -> None:
    save(workspace, 1)
    save(workspace, 2)
    refused: list[dict[str, Any]] = [
        {"keep_recent": 0},
        {"keep_best": 1, "metric": "auc", "direction": "higher"},
    ]
    for policy in refused:
        with pytest.raises(InvalidValueError):
            workspace.checkpoints.retain("m", policy)
    assert steps(workspace) == [1, 2]
