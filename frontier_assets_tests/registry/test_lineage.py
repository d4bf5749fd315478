from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import VersionNotFoundError
from frontier_assets.registry.lineage import Lineage
from frontier_assets.types import Digest
from frontier_assets.workspace import Workspace

MODEL = "m"


def save(workspace: Workspace, step: int, **values: Any) -> str:
    facts: dict[str, Any] = {"run": "r", "state": {"model": {"w": np.arange(step + 1)}}}
    return workspace.checkpoints.save(MODEL, step=step, **facts | values).key


def lineage(workspace: Workspace, ref: str) -> Lineage:
    return workspace.versions.lineage(ref)


def test_parents_are_named_up_to_the_first_and_children_by_their_parent(
    workspace: Workspace,
) -> None:
    for step in range(3):
        workspace.versions.register(MODEL, checkpoint=save(workspace, step))
    newest, oldest = lineage(workspace, "m@3"), lineage(workspace, "m@1")
    assert [item.sequence for item in newest.ancestors] == [2, 1]
    assert [item.sequence for item in oldest.children] == [2]
    assert (oldest.ancestors, newest.children) == ((), ())


def test_the_checkpoint_and_its_training_run_are_found(workspace: Workspace) -> None:
    with workspace.training_runs.recorded(MODEL, "r", run_id="dagster-1") as run:
        key = save(workspace, 1, data_digests={"train": Digest("a" * 64)}, metrics={"loss": 0.5})
        run.version = workspace.versions.register(MODEL, checkpoint=key)
    found = lineage(workspace, MODEL)
    assert found.checkpoint is not None
    assert (found.checkpoint.key, found.checkpoint.metrics) == (key, {"loss": 0.5})
    assert found.version.data_digests == {"train": "a" * 64}
    assert found.training_run is not None
    assert (found.training_run.run_id, found.training_run.version) == ("dagster-1", "1.0.0")


def test_a_run_that_nobody_recorded_is_none(workspace: Workspace) -> None:
    workspace.versions.register(MODEL, checkpoint=save(workspace, 1))
    assert lineage(workspace, MODEL).training_run is None


def test_a_version_from_files_has_no_checkpoint(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"x")
    workspace.versions.register(MODEL, files={"weights": path})
    found = lineage(workspace, MODEL)
    assert (found.checkpoint, found.training_run, found.build, found.moves) == (
        None,
        None,
        None,
        (),
    )


def test_an_unknown_version_is_refused(workspace: Workspace) -> None:
    workspace.versions.register(MODEL, checkpoint=save(workspace, 1))
    with pytest.raises(VersionNotFoundError):
        lineage(workspace, "m@9")


def beside(workspace: Workspace) -> None:
    """Two versions on main, a branch of two from the first, merged as the third."""
    workspace.versions.register(MODEL, checkpoint=save(workspace, 0))
    workspace.branches.create(MODEL, "side")
    for step in (1, 2):
        key = save(workspace, 0, run=f"side{step}")
        workspace.versions.register(MODEL, checkpoint=key, branch="side")
    workspace.versions.register(MODEL, checkpoint=save(workspace, 0, run="main"))
    workspace.branches.merge(MODEL, "side")


@pytest.mark.feature("VER-14", "VER-18")
def test_both_parents_of_a_merge_are_followed_to_the_root(workspace: Workspace) -> None:
    beside(workspace)
    merged = lineage(workspace, MODEL)
    assert (merged.version.parent, merged.version.merged_from) == ("1.0.1", "1.0.1-side.2")
    assert [item.number for item in merged.ancestors] == [
        "1.0.1",
        "1.0.1-side.2",
        "1.0.1-side.1",
        "1.0.0",
    ]


@pytest.mark.feature("VER-18")
def test_what_came_after_is_found_on_every_branch(workspace: Workspace) -> None:
    beside(workspace)
    root = lineage(workspace, "m@1.0.0")
    assert [item.number for item in root.children] == ["1.0.1-side.1", "1.0.1"]
    assert [item.sequence for item in root.descendants] == [2, 3, 4, 5]
    head = lineage(workspace, "m@side")
    assert [item.number for item in head.children] == ["1.0.2"]


@pytest.mark.feature("VER-19")
def test_of_what_is_in_production_data_run_and_parent_are_known(workspace: Workspace) -> None:
    workspace.versions.register(MODEL, checkpoint=save(workspace, 0))
    with workspace.training_runs.recorded(MODEL, "r2", run_id="dagster-2") as run:
        key = save(workspace, 1, run="r2", data_digests={"train": Digest("a" * 64)})
        run.version = workspace.versions.register(MODEL, checkpoint=key, run_id="dagster-2")
    found = lineage(workspace, MODEL)
    assert found.version.data_digests == {"train": "a" * 64}
    assert (found.version.run_id, found.version.parent) == ("dagster-2", "1.0.0")
    assert found.training_run is not None
