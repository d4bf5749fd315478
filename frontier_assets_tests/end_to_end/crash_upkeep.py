"""What else is killed: mending, laying out again, retention and collection."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.stored import StoredArtifact, manifest_name
from frontier_assets.types import Checkpoint, Digest
from frontier_assets.workspace import Workspace
from frontier_assets_tests.end_to_end.crash_scenarios import (
    MODEL,
    RUN,
    SCENARIOS,
    STORE,
    Scenario,
    open_workspace,
    prepare_released,
    save,
)
from frontier_assets_tests.storage.trees import damage

LAST = f"{RUN}-step-3"


def prepare_long_run(folder: Path) -> None:
    """Two more checkpoints than versions need."""
    prepare_released(folder)
    with open_workspace(folder) as workspace:
        for step in (4, 5):
            save(workspace, step)


def prepare_damaged_pack(folder: Path) -> None:
    """The last checkpoint's own pack has a changed byte."""
    prepare_released(folder)
    stored = last_stored(folder)
    (own,) = {at.pack for at in stored.locations} - first_packs(folder)
    damage(folder / STORE / own, -100)


def prepare_damaged_manifest(folder: Path) -> None:
    """The last checkpoint's manifest has a changed byte."""
    prepare_released(folder)
    damage(folder / STORE / manifest_name(last_stored(folder).digest), 10)


def last_stored(folder: Path) -> StoredArtifact:
    with open_workspace(folder) as workspace:
        return workspace.stores["default"].open(workspace.checkpoints.get(MODEL, LAST).digest)


def first_packs(folder: Path) -> set[str]:
    with open_workspace(folder) as workspace:
        return set(packs_of_first(workspace))


def packs_of_first(workspace: Workspace) -> tuple[str, ...]:
    digest = workspace.checkpoints.get(MODEL, f"{RUN}-step-1").digest
    return workspace.stores["default"].open(digest).blobs[1:]


def save_last_again(workspace: Workspace) -> object:
    return save(workspace, 3)


def digests_of(workspace: Workspace) -> list[Digest]:
    return [item.digest for item in sorted(workspace.checkpoints.list(MODEL), key=step_of)]


def step_of(checkpoint: Checkpoint) -> int:
    return checkpoint.step


def repack(workspace: Workspace) -> None:
    rewriter, base = Rewriter(workspace.stores["default"].blobs), None
    for digest in digests_of(workspace):
        rewriter.repack(digest, base=base)
        base = digest


def move(workspace: Workspace) -> None:
    rewriter, leaving = Rewriter(workspace.stores["default"].blobs), packs_of_first(workspace)
    for digest in digests_of(workspace):
        rewriter.move(digest, away_from=leaving)


def retain_and_collect(workspace: Workspace) -> None:
    workspace.checkpoints.retain(MODEL, {"keep_recent": 1})
    workspace.store.collect(grace=timedelta(0))


EVERY_SCENARIO: Mapping[str, Scenario] = {
    **SCENARIOS,
    "mend a pack": Scenario(prepare_damaged_pack, save_last_again, mends=LAST),
    "mend a manifest": Scenario(prepare_damaged_manifest, save_last_again, mends=LAST),
    "repack": Scenario(prepare_released, repack),
    "move": Scenario(prepare_released, move),
    "retain and collect": Scenario(prepare_long_run, retain_and_collect),
}
