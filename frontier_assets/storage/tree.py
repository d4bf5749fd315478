"""What is saved: a tree of named arrays, or files, as the parts of a save want them."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from typing_extensions import Buffer

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.content import FILE_PART_BYTES, BufferContent, Item
from frontier_assets.storage.manifest import FILES, ITEM_BYTES, STATE, canonical, expected_length
from frontier_assets.storage.members import FileContent, checked_files


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A named array of a tree; its bytes are fetched when its turn comes.

    ``data`` returns the raw bytes in C order and must not change them before the save ends. It is
    called once, and once more only when a corrupt earlier copy of the artifact is replaced. At
    most four entries are held at a time.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    data: Callable[[], Buffer]


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """What a digest stands for. ``structure`` is plain JSON whose meaning is the caller's."""

    kind: str
    structure: Any
    entries: Sequence[Entry]

    def items(self, split_bytes: int | None) -> list[Item]:
        """Return the entries, split at ``split_bytes``.

        Raises:
            InvalidValueError: the kind is unknown, or a name is empty or repeats.
        """
        if self.kind not in (STATE, FILES):
            raise InvalidValueError("Tree kind", self.kind, f"expected '{STATE}' or '{FILES}'")
        names = [entry.name for entry in self.entries]
        if len(set(names)) < len(names) or "" in names:
            repeated = next(name for name in names if not name or names.count(name) > 1)
            raise InvalidValueError("Entry name", repeated, "expected distinct, non-empty names")
        return [_item(entry, split_bytes) for entry in self.entries]

    def plain_structure(self) -> Any:  # noqa: ANN401 - any JSON
        """Return what a reader will get: a caller's later change of its lists alters nothing."""
        return json.loads(canonical(self.structure))


def file_items(files: Mapping[str, Path]) -> list[Item]:
    """Return files by member name in sorted order; raises as `checked_files` does."""
    return [_file_item(name, content) for name, content in checked_files(files).items()]


def _item(entry: Entry, split_bytes: int | None) -> Item:
    shape = tuple(entry.shape)
    length = expected_length(entry.dtype, shape)
    load = partial(_load, entry, length)
    return Item(entry.name, entry.dtype, shape, length, ITEM_BYTES[entry.dtype], load, split_bytes)


def _file_item(name: str, content: FileContent) -> Item:
    size_bytes = content.size_bytes
    return Item(
        name,
        "uint8",
        (size_bytes,),
        size_bytes,
        1,
        partial(_same, content),
        FILE_PART_BYTES,
        wants_sha256=True,
    )


def _load(entry: Entry, length: int) -> BufferContent:
    return BufferContent(entry.name, entry.data(), length)


def _same(content: FileContent) -> FileContent:
    return content
