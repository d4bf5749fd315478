"""What is left of a store when the power fails, replayed from the trace of a process.

The disk owes us only what was synchronised: a file's content as of its last fsync, a folder's names
as of the folder's. Of everything else it may have written all, some or nothing; the two ends of
that are modelled. A new file's own fsync does not make its name durable here, as in POSIX.
"""

import base64
import enum
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Content = bytes | None  # None is a folder
Tree = dict[Path, Content]


class Names(enum.Enum):
    """What became of names whose folder was not synchronised."""

    LOST = "names lost"
    KEPT = "names kept"


@dataclass
class Node:
    """A file with what the disk has of it, or a folder."""

    content: Content = b""


@dataclass
class Disk:
    """The names as processes see them, and as the disk has them; absolute paths."""

    visible: dict[Path, Node]
    durable: dict[Path, Node] = field(init=False)
    _inodes: dict[int, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with everything durable."""
        self.durable = dict(self.visible)

    def replay(self, event: Mapping[str, Any]) -> None:
        paths = [Path(path) for path in event.get("paths", [])]
        match event["call"]:
            case "create":
                self.visible[paths[0]] = self._inodes[event["inode"]] = Node()
            case "mkdir":
                self.visible[paths[0]] = Node(None)
            case "link":
                self.visible[paths[1]] = self.visible[paths[0]]
            case "rename" | "replace":
                self.visible[paths[1]] = self.visible.pop(paths[0])
            case "unlink" | "remove" | "rmdir":
                del self.visible[paths[0]]
            case "sync file":
                self._inodes[event["inode"]].content = base64.b64decode(event["content"])
            case "sync folder":
                self._synchronise(paths[0])
            case other:
                raise AssertionError(f"the model knows no '{other}'")

    def _synchronise(self, folder: Path) -> None:
        kept = {path: node for path, node in self.durable.items() if path.parent != folder}
        new = {path: node for path, node in self.visible.items() if path.parent == folder}
        self.durable = kept | new

    def after_loss(self, names: Names) -> Tree:
        """Return what a restarted machine finds."""
        found = self.durable if names is Names.LOST else self.visible
        tree: Tree = {}
        for path, node in sorted(found.items()):
            # A durable name in a folder without one is out of reach.
            if path.parent in tree or path.parent not in self.visible:
                tree[path] = node.content
        return tree


def replayed(before: Tree, events: Iterable[Mapping[str, Any]]) -> Disk:
    """Return the disk after ``events``, begun with everything of ``before`` durable."""
    disk = Disk({path: Node(content) for path, content in before.items()})
    for event in events:
        if event["call"] != "boundary":
            disk.replay(event)
    return disk


def read_tree(store: Path) -> Tree:
    """Return the files and folders at and under ``store``, if it is there."""
    found = [store, *store.rglob("*")] if store.exists() else []
    return {path: None if path.is_dir() else path.read_bytes() for path in found}


def write_tree(store: Path, tree: Tree) -> None:
    """Make ``store`` hold exactly ``tree``."""
    shutil.rmtree(store, ignore_errors=True)
    for path, content in sorted(tree.items()):
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)


def without(tree: Tree, folder: Path) -> Tree:
    """Return ``tree`` without ``folder`` and what is in it."""
    return {path: data for path, data in tree.items() if not path.is_relative_to(folder)}
