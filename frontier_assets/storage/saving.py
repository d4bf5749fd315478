"""One save in progress: parts are hashed ahead, looked up, and written when they are new."""

import hashlib
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from blake3 import blake3

from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.content import Item
from frontier_assets.storage.hashing import Prepared, prepared
from frontier_assets.storage.layout import RAW, Part, Parts
from frontier_assets.storage.manifest import EntryRecord, Manifest
from frontier_assets.storage.pack import padding
from frontier_assets.storage.packing import Packs

# Stored contents by hash and length: whole entries and single parts alike.
Known = Mapping[tuple[str, int], Parts]


class Draft:
    """Packs that are being filled; leaving the context without `commit` drops them.

    ``known`` are contents that the store holds already.
    """

    def __init__(self, blobs: BlobStore, known: Known, *, compress: bool) -> None:
        self._known = dict(known)
        self._packs = Packs(blobs)
        self._compress = compress
        self._parts: list[Parts] = []

    def add(self, items: Sequence[Item]) -> tuple[EntryRecord, ...]:
        """Store every part that is new, and return the records of all items."""
        remaining = sum(item.length + padding(item.length) for item in items)
        records, parts, hashes = [], list[Part](), _Hashes()
        for part in prepared(items, self._known, compress=self._compress):
            hashes.update(part)
            parts += self._stored(part, remaining)
            remaining -= len(part.raw) + padding(len(part.raw))
            if part.is_last:
                part.content.check_unchanged()
                records.append(hashes.record(part.item))
                self._parts.append(self._whole(records[-1], tuple(parts)))
                parts, hashes = [], _Hashes()
        return tuple(records)

    def manifest(
        self, kind: str, structure: object, entries: tuple[EntryRecord, ...], packs: dict[str, int]
    ) -> Manifest:
        """Return the manifest; ``packs`` are the sizes of the packs that were known."""
        return Manifest.of(kind, structure, entries, tuple(self._parts), packs | self._packs.sizes)

    def commit(self) -> int:
        """Make the packs durable, if anything was new, and return their size in bytes."""
        return self._packs.commit()

    def retract(self) -> None:
        """Delete the committed packs; only right while no manifest refers to them."""
        self._packs.retract()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._packs.__exit__(kind, error, trace)

    def _stored(self, part: Prepared, remaining: int) -> Parts:
        if not part.raw:
            return ()
        key = part.blake3, len(part.raw)
        if key not in self._known:
            self._known[key] = (self._write(part, remaining),)
        return self._known[key]

    def _write(self, part: Prepared, remaining: int) -> Part:
        stored = memoryview(part.stored)
        at = self._packs.append([stored], stored.nbytes, remaining=remaining)
        if part.codec == RAW:
            return Part(len(part.raw), part.blake3, at)
        return Part(len(part.raw), part.blake3, at, part.codec, blake3(stored).hexdigest())

    def _whole(self, record: EntryRecord, parts: Parts) -> Parts:
        """Remember an entry of several parts as a whole, for others with the same content."""
        return self._known.setdefault((record.blake3, record.length), parts) if parts else ()


class _Hashes:
    """The hashes of one entry, over all its parts."""

    def __init__(self) -> None:
        self._whole, self._sha256 = blake3(), hashlib.sha256()
        self._only: str | None = None

    def update(self, part: Prepared) -> None:
        """Take in the next part; a part that is the whole entry is not hashed twice."""
        if len(part.raw) == part.item.length:
            self._only = part.blake3
        else:
            self._whole.update(part.raw)
        if part.item.wants_sha256:
            self._sha256.update(part.raw)

    def record(self, item: Item) -> EntryRecord:
        """Return the record of the entry."""
        return EntryRecord(
            item.name,
            item.dtype,
            item.shape,
            item.length,
            self._only or self._whole.hexdigest(),
            self._sha256.hexdigest() if item.wants_sha256 else None,
        )
