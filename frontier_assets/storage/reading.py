"""Reads entries of one artifact and proves every byte of them."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from blake3 import blake3

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.layout import RAW, Location, Part, Parts
from frontier_assets.storage.pack_reading import PackReader
from frontier_assets.types import Digest

_PIECE_BYTES = 8 << 20
# Below this a copy out of a window takes less time than a request of its own.
_SMALL_BYTES = 256 << 10


class Content(Protocol):
    """What a reader needs to know of an entry in order to prove it."""

    @property
    def name(self) -> str:
        """The entry's name."""

    @property
    def length(self) -> int:
        """The number of its raw bytes."""

    @property
    def blake3(self) -> str:
        """The hash of its raw bytes."""


class Reader:
    """Reads the entries of ``artifact``. Thread-safe."""

    def __init__(self, blobs: BlobStore, artifact: Digest) -> None:
        self.packs = PackReader(blobs, artifact)
        self._artifact = artifact

    def read(self, entry: Content, parts: Parts) -> memoryview:
        """Return a whole entry, in memory of its own.

        Raises:
            IntegrityError: a byte is not what was saved.
        """
        # `np.empty` leaves the memory untouched; `bytearray` would write zeros to it first.
        target = np.empty(entry.length, np.uint8).data
        self.read_into(entry, parts, target)
        return target

    def view(self, entry: Content, parts: Parts) -> memoryview:
        """Return a whole entry like `read`, without a copy where the store can map its blobs.

        Raises:
            IntegrityError: a byte is not what was saved.
        """
        if len(parts) == 1 and parts[0].codec == RAW and entry.length >= _SMALL_BYTES:
            found = self.packs.view(entry.name, parts[0].at)
            if found is not None:
                self._check(entry, parts, blake3(found).hexdigest())
                return found
        return self.read(entry, parts)

    def read_into(self, entry: Content, parts: Parts, target: memoryview) -> None:
        """Fill ``target``, which has the entry's length, with its raw bytes.

        Raises:
            IntegrityError: a byte is not what was saved; ``target`` may not be used.
        """
        total, start = blake3(), 0
        for part in parts:
            piece = target[start : start + part.length]
            if part.codec == RAW:
                self._fill(entry, part.at, piece, total)
            else:
                piece[:] = self._decoded(entry, part)
                total.update(piece)
            start += part.length
        self._check(entry, parts, total.hexdigest())

    def stream(self, entry: Content, parts: Parts) -> Iterator[memoryview]:
        """Yield an entry piece by piece; only the end of the iteration proves it.

        Raises:
            IntegrityError: a byte is not what was saved. What was yielded may not be used.
        """
        total = blake3()
        for part in parts:
            for piece in self.pieces(entry, part):
                total.update(piece)
                yield piece
        self._check(entry, parts, total.hexdigest())

    def pieces(
        self, entry: Content, part: Part, piece_bytes: int = _PIECE_BYTES
    ) -> Iterator[memoryview]:
        """Yield the raw bytes of a part, of which nothing but their number is proved."""
        if part.codec != RAW:
            yield self._decoded(entry, part)
            return
        at = part.at
        for start in range(0, at.length, piece_bytes):
            wanted = min(piece_bytes, at.length - start)
            yield self.packs.run(entry.name, at, start, wanted)
        self.packs.check_padding(entry.name, at)

    def span(self, entry: Content, at: Location, start: int, length: int) -> memoryview:
        """Return ``length`` stored bytes from ``start``, of which only their number is proved."""
        return self.packs.run(entry.name, at, start, length)

    def stored(self, entry: Content, part: Part) -> memoryview:
        """Return the bytes of a part as they are stored, proved by their own hash."""
        data = self.packs.whole(entry.name, part.at)
        if blake3(data).hexdigest() != (part.stored_blake3 or part.blake3):
            raise self._damaged(entry, part.at.pack)
        return data

    def raw(self, entry: Content, part: Part) -> memoryview:
        """Return the raw bytes of a part, proved by their hash."""
        if part.codec == RAW:
            return self.stored(entry, part)
        raw = self._decoded(entry, part)
        self.check(entry, part, blake3(raw).hexdigest())
        return raw

    def check(self, entry: Content, part: Part, found: str) -> None:
        """Raise `IntegrityError` unless ``found`` is the hash of the part's raw bytes."""
        if found != part.blake3:
            raise self._damaged(entry, part.at.pack)

    def _fill(self, entry: Content, at: Location, target: memoryview, total: blake3) -> None:
        """Fill ``target`` with stored bytes, hashing them while they are in the cache."""
        if at.length < _SMALL_BYTES:
            target[:] = self.packs.whole(entry.name, at)
            total.update(target)
        else:
            self.packs.fill(entry.name, at, target, total.update)

    def _decoded(self, entry: Content, part: Part) -> memoryview:
        from frontier_assets.storage.coding import decoded  # noqa: PLC0415 - brings a compressor

        stored = self.stored(entry, part)
        base = self.raw(entry, part.base) if part.base else None
        try:
            return decoded(part.codec, stored, part.length, base)
        except ValueError as error:
            raise self._damaged(entry, part.at.pack) from error

    def _check(self, entry: Content, parts: Parts, found: str) -> None:
        if found == entry.blake3:
            return
        for part in parts if len(parts) > 1 else ():
            self.raw(entry, part)  # raises for the one that is damaged
        packs = ", ".join(dict.fromkeys(part.at.pack for part in parts)) or "none"
        raise self._damaged(entry, packs)

    def _damaged(self, entry: Content, pack: str) -> IntegrityError:
        where = f"pack {pack}, entry '{entry.name}'"
        return IntegrityError(self._artifact, where, "the content is not what was saved")
