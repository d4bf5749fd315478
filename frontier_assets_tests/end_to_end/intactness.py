"""What has to hold of a project whose process was killed, whatever it was doing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from frontier_assets.codecs.state import decode
from frontier_assets.errors import FrontierAssetsError, NotFoundError
from frontier_assets.types import Checkpoint, Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.end_to_end.crash_scenarios import (
    MODEL,
    SOURCE_BYTES,
    Scenario,
    open_workspace,
    state,
)

Summary = dict[str, Any]


def summary_of(folder: Path) -> Summary:
    """Return what the registry names, without times."""
    with open_workspace(folder) as workspace:
        return _summary(workspace)


def violations(
    folder: Path,
    scenario: Scenario,
    allowed: list[Summary],
    finished: Summary,
    *,
    spared: str | None = None,
) -> list[str]:
    """Return what is wrong with the project in ``folder``, and repeat the operation there.

    The registry has to say one of ``allowed`` before the repetition, and ``finished`` after it.
    The checkpoint of the key ``spared`` may be damaged before it.
    """
    try:
        with open_workspace(folder) as workspace:
            found = list(_damages(workspace, spared))
            if _summary(workspace) not in allowed:
                found.append(f"the registry is half-way: {_summary(workspace)}")
            scenario.perform(workspace)
            found += [f"after repeating: {damage}" for damage in _damages(workspace)]
            if _summary(workspace) != finished:
                found.append(f"repeating led to {_summary(workspace)}")
    except FrontierAssetsError as error:
        return [f"{type(error).__name__}: {error}"]
    return found


def _summary(workspace: Workspace) -> Summary:
    try:
        checkpoints = workspace.checkpoints.list(MODEL)
    except NotFoundError:
        return {"checkpoints": {}, "versions": {}, "moves": []}
    return {
        "checkpoints": {item.key: item.digest for item in checkpoints},
        "versions": {
            item.number: (item.digest, item.stage) for item in workspace.versions.list(MODEL)
        },
        "moves": [
            (move.version, move.source, move.target, move.replaced)
            for move in workspace.stages.history(MODEL)
        ],
    }


def _damages(workspace: Workspace, spared: str | None = None) -> Iterator[str]:
    workspace.audit.verify()
    known = workspace.checkpoints.list(MODEL) if MODEL in workspace.audit.heads() else []
    unproved = {item.digest for item in known if item.key == spared}
    for digest in workspace.stores["default"].list():
        if digest not in unproved:
            workspace.stores["default"].verify(digest)
    if MODEL in workspace.audit.heads():
        yield from _damaged_checkpoints(workspace, [item for item in known if item.key != spared])
        yield from _damaged_versions(workspace)
        yield from _damaged_stages(workspace)


def _damaged_checkpoints(workspace: Workspace, known: list[Checkpoint]) -> Iterator[str]:
    for checkpoint in known:
        loaded = workspace.checkpoints.load(MODEL, checkpoint.key)
        if not same(loaded, state(checkpoint.step)):
            yield f"checkpoint {checkpoint.key} loads as another state"


def _damaged_versions(workspace: Workspace) -> Iterator[str]:
    for version in workspace.versions.list(MODEL):
        stored = workspace.stores[version.store].open(version.digest)
        stored.verify()
        if version.checkpoint is None:
            whole = [stored.read(member) for member in stored.members] == [SOURCE_BYTES]
        else:
            step = int(version.checkpoint.rpartition("-")[2])
            whole = same(decode(stored.structure, stored.read_entry), state(step)["model"])
        if not whole:
            yield f"version {version.number} loads as other weights"


def _damaged_stages(workspace: Workspace) -> Iterator[str]:
    versions = workspace.versions.list(MODEL)
    replayed = {version.number: Stage.DEVELOPMENT for version in versions}
    for move in workspace.stages.history(MODEL):
        if replayed[move.version] is not move.source:
            yield f"the history moves {move.version} from {move.source}, where it was not"
        replayed[move.version] = move.target
    if replayed != {version.number: version.stage for version in versions}:
        yield f"the history replays to {replayed}"
    holders = [version.number for version in versions if version.stage is Stage.PRODUCTION]
    if versions and len(holders) != 1:
        yield f"production is held by {holders}"
    for moment in (None, datetime.now(UTC)):
        holder = workspace.stages.holder(MODEL, at=moment)
        if ([holder.number] if holder else []) != holders:
            yield f"production is held by {holders}, and {holder} is what the registry answers"


def same(left: Any, right: Any) -> bool:
    """Tell whether two states are equal in keys, dtypes, shapes and every bit."""
    if isinstance(right, dict):
        return (
            isinstance(left, dict)
            and list(left) == list(right)
            and all(same(left[key], right[key]) for key in right)
        )
    if isinstance(right, np.ndarray):
        return (
            isinstance(left, np.ndarray)
            and (left.dtype, left.shape) == (right.dtype, right.shape)
            and left.tobytes() == right.tobytes()
        )
    return type(left) is type(right) and bool(left == right)
