import logging
from collections.abc import Callable

import numpy as np
import pytest

from frontier_assets.errors import ArtifactNotFoundError, IntegrityError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.checkpoints.damage import flip, remove

Damage = Callable[[Workspace, str], None]


def flipped(workspace: Workspace, key: str) -> None:
    flip(workspace, "m", key, "weight")


def removed(workspace: Workspace, key: str) -> None:
    remove(workspace, "m", key)


@pytest.fixture
def saved(workspace: Workspace) -> Workspace:
    for step in (1, 2, 3):
        state = {"weight": np.full(100, step), "step": step}
        workspace.checkpoints.save("m", run="r1", step=step, state=state)
    workspace.checkpoints.save("m", run="r2", step=9, state={"step": 9})
    return workspace


def test_the_newest_of_the_run_is_taken_when_all_are_whole(saved: Workspace) -> None:
    found = saved.checkpoints.newest_whole("m", "r1")
    assert found is not None
    assert (found.checkpoint.key, found.state["step"], found.skipped) == ("r1-step-3", 3, ())


@pytest.mark.feature("CKP-6")
@pytest.mark.parametrize(
    ("damage", "reason"),
    [(flipped, "the content is not what was saved"), (removed, "not found in store 'default'")],
)
def test_damaged_ones_are_passed_over_and_named(
    saved: Workspace, damage: Damage, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(saved, "r1-step-3")
    damage(saved, "r1-step-2")
    with caplog.at_level(logging.WARNING):
        found = saved.checkpoints.newest_whole("m", "r1")
    assert found is not None
    assert found.state["step"] == 1
    assert [item.key for item in found.skipped] == ["r1-step-3", "r1-step-2"]
    assert all(reason in item.reason for item in found.skipped)
    assert "Checkpoint r1-step-3 of m is skipped: " in caplog.text


@pytest.mark.parametrize(
    ("damage", "error"), [(flipped, IntegrityError), (removed, ArtifactNotFoundError)]
)
def test_a_run_of_which_nothing_is_whole_does_not_begin_anew(
    saved: Workspace, damage: Damage, error: type[Exception]
) -> None:
    for step in (1, 2, 3):
        damage(saved, f"r1-step-{step}")
    digest = saved.checkpoints.get("m", "r1-step-3").digest
    with pytest.raises(error, match=digest) as refused:
        saved.checkpoints.newest_whole("m", "r1")
    assert "train under another run name to begin anew" in refused.value.__notes__[0]


def test_a_run_that_saved_nothing_has_none(saved: Workspace) -> None:
    assert saved.checkpoints.newest_whole("m", "r3") is None
    assert saved.checkpoints.newest_whole("unknown", "r1") is None
