"""The entries of a stored artifact, as another store takes them in: span by span."""

import threading
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.content import FILE_PART_BYTES, Content, Item
from frontier_assets.storage.layout import RAW, Part, Parts, placed
from frontier_assets.storage.manifest import ITEM_BYTES, EntryRecord
from frontier_assets.storage.reading import Reader

if TYPE_CHECKING:
    from frontier_assets.storage.stored import StoredArtifact


class StoredContent(Content):
    """An entry of another store. What is read in spans is proved by the digest of the copy alone.

    Memory holds one span, and one part where parts are compressed.
    """

    def __init__(self, reader: Reader, entry: EntryRecord, parts: Parts) -> None:
        self._reader, self._entry, self._parts = reader, entry, parts
        self._lock = threading.Lock()
        # Spans come in order, and several of them may lie in one part.
        self._decoded = lru_cache(maxsize=1)(partial(reader.raw, entry))

    @override
    def span(self, start: int, length: int) -> memoryview:
        if length == self._entry.length:
            return self._reader.view(self._entry, self._parts)
        target = np.empty(length, np.uint8).data
        for part_start, part in placed(self._parts):
            first = max(start, part_start)
            end = min(start + length, part_start + part.length)
            if first < end:
                target[first - start : end - start] = self._run(
                    part, first - part_start, end - first
                )
        return target

    @override
    def check_unchanged(self) -> None:
        """Do nothing: stored bytes do not change, and damaged ones give another digest."""

    def _run(self, part: Part, start: int, length: int) -> memoryview:
        if part.codec == RAW:
            return self._reader.span(self._entry, part.at, start, length)
        with self._lock:
            return self._decoded(part)[start : start + length]


def copied_items(stored: "StoredArtifact", split_bytes: int | None) -> list[Item]:
    """Return the entries of an artifact, split as if they were saved for the first time."""
    return [
        Item(
            entry.name,
            entry.dtype,
            entry.shape,
            entry.length,
            ITEM_BYTES[entry.dtype],
            partial(stored.content, entry.name),
            FILE_PART_BYTES if entry.sha256 else split_bytes,
            wants_sha256=entry.sha256 is not None,
        )
        for entry in stored.entries
    ]


def changed(original: "StoredArtifact") -> IntegrityError:
    """Return the error for an artifact that was read and found to be another: where it is not."""
    try:
        original.verify()
    except IntegrityError as error:
        return error
    return IntegrityError(original.digest, original.uri, "it changed while it was copied")
