"""A process that forks one child per line of its input; the child performs, or dies trying.

Run as a module. It has imported everything, so that a child costs milliseconds.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.local_files import sync_folder
from frontier_assets.storage.local_writing import LocalWriter
from frontier_assets.storage.saving import Draft
from frontier_assets.types import Digest
from frontier_assets.workspace import Workspace
from frontier_assets_tests.end_to_end.crash_scenarios import (
    RETURN,
    open_workspace,
    promote_in_two_steps,
    save_row_first,
)
from frontier_assets_tests.end_to_end.crash_upkeep import EVERY_SCENARIO
from frontier_assets_tests.end_to_end.interception import (
    Boundaries,
    DiskInterception,
    intercept_registry,
)


@dataclass(frozen=True)
class Mistake:
    """A planted wrong order: phases left out, another operation, or a changed class."""

    skipped: frozenset[str] = field(default_factory=frozenset)
    perform: Callable[[Workspace], object] | None = None
    change: Callable[[], None] = lambda: None


def publish_before_the_pack() -> None:
    """Make the manifest visible first and the pack that it names afterwards."""
    commit, publish = Draft.commit, ArtifactStore._publish
    waiting: list[Draft] = []

    def commit_later(draft: Draft) -> int:
        waiting.append(draft)
        return sum(draft._packs.sizes.values())

    def publish_first(
        store: ArtifactStore, digest: Digest, text: bytes, *, replace: bool = False
    ) -> None:
        publish(store, digest, text, replace=replace)
        while waiting:
            commit(waiting.pop())

    # Nothing is put back, because this process ends soon.
    Draft.commit = commit_later  # type: ignore[method-assign,assignment]
    ArtifactStore._publish = publish_first  # type: ignore[method-assign,assignment]


def name_before_the_content() -> None:
    """Synchronise a file only after it has its name; the folder still comes last."""

    def commit(writer: LocalWriter) -> None:
        folder = writer._path.parent
        os.ftruncate(writer._descriptor, writer._written)
        writer._store.settle(folder)
        os.link(writer._temporary, writer._path)
        os.fsync(writer._descriptor)
        sync_folder(folder)

    LocalWriter.commit = commit  # type: ignore[method-assign,assignment]


MISTAKES: Mapping[str, Mistake] = {
    "none": Mistake(),
    "packs are not synchronised": Mistake(skipped=frozenset({"pack fsync"})),
    "names of packs are not synchronised": Mistake(skipped=frozenset({"pack folder fsync"})),
    "manifests are not synchronised": Mistake(skipped=frozenset({"manifest fsync"})),
    "names of manifests are not synchronised": Mistake(
        skipped=frozenset({"manifest folder fsync"})
    ),
    "registry row before the bytes": Mistake(perform=save_row_first),
    "manifest before the pack": Mistake(change=publish_before_the_pack),
    "name before the content": Mistake(change=name_before_the_content),
    "promotion in two transactions": Mistake(perform=promote_in_two_steps),
}


def perform(
    folder: str, scenario: str, trace: str, *, fatal: int | None = None, mistake: str = "none"
) -> None:
    """Do the scenario's operation in ``folder``; at the boundary ``fatal``, die."""
    planted = MISTAKES[mistake]
    planted.change()
    boundaries = Boundaries(Path(trace), fatal)
    with open_workspace(Path(folder)) as workspace:
        intercept_registry(workspace, boundaries)
        DiskInterception(Path(folder), boundaries, skipped=planted.skipped).install()
        (planted.perform or EVERY_SCENARIO[scenario].perform)(workspace)
        boundaries.reach(RETURN, "after")


def child(request: dict[str, Any]) -> None:
    status = 1
    try:
        perform(**request)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def main() -> None:
    """Answer each request with the child's exit status, negative for a signal."""
    for line in sys.stdin:
        process = os.fork()
        if not process:
            child(json.loads(line))
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
