"""Reads entries of one artifact and proves every byte: headers, contents, padding."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from blake3 import blake3

from frontier_assets.errors import BlobNotFoundError, IntegrityError, UnsupportedFormatError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.layout import RAW, Location, Part, Parts, is_outside
from frontier_assets.storage.pack import (
    FORMAT_VERSION,
    HEADER_BYTES,
    MAGIC,
    SEALED_BYTES,
    header,
    padding,
)
from frontier_assets.storage.windows import Windows
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
        self._blobs, self._artifact = blobs, artifact
        self._windows = Windows(blobs)
        self._proved: set[str] = set()
        self._maps: dict[str, memoryview | None] = {}

    def read(self, entry: Content, parts: Parts) -> memoryview:
        """Return a whole entry, in memory of its own.

        Raises:
            IntegrityError: a byte is not what was saved.
        """
        # `np.empty` leaves the memory untouched; `bytearray` would write zeros to it first.
        target = np.empty(entry.length, np.uint8).data
        self.read_into(entry, parts, target)
        return target

    def view(self, entry: Content, parts: Parts, *, threads: int = 1) -> memoryview:
        """Return a whole entry like `read`, without a copy where the store can map its blobs.

        It is hashed by as many ``threads``.

        Raises:
            IntegrityError: a byte is not what was saved.
        """
        if len(parts) == 1 and parts[0].codec == RAW and entry.length >= _SMALL_BYTES:
            pack = self._mapped(parts[0].at.pack, entry.name)
            if pack is not None:
                return self._proved_view(entry, parts[0].at, pack, threads)
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
        self.check_header(at.pack)
        for start in range(0, at.length, piece_bytes):
            wanted = min(piece_bytes, at.length - start)
            yield self._exactly(at.pack, at.offset + start, wanted, entry.name, near_others=True)
        self._check_padding(entry, at)

    def span(self, entry: Content, at: Location, start: int, length: int) -> memoryview:
        """Return ``length`` stored bytes from ``start``, of which only their number is proved."""
        self.check_header(at.pack)
        return self._exactly(at.pack, at.offset + start, length, entry.name)

    def stored(self, entry: Content, part: Part) -> memoryview:
        """Return the bytes of a part as they are stored, proved by their own hash."""
        data = self._padded(entry, part.at)
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

    def check_header(self, pack: str) -> None:
        """Prove the first 64 bytes of a pack, once; an object outside the store has none."""
        if pack in self._proved or is_outside(pack):
            return
        data = bytes(self._exactly(pack, 0, HEADER_BYTES, "header"))
        if data[SEALED_BYTES:] != blake3(data[:SEALED_BYTES]).digest():
            raise IntegrityError(self._artifact, f"pack {pack}, header", "the header was changed")
        found = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "little")
        if found != FORMAT_VERSION:
            raise UnsupportedFormatError(f"Pack {pack}", found, FORMAT_VERSION)
        if data != header():
            raise IntegrityError(self._artifact, f"pack {pack}, header", "this is not a pack")
        self._proved.add(pack)

    def check_size(self, pack: str, size_bytes: int) -> None:
        """Prove that a pack ends where it ended when it was written."""
        with self._found(pack, "size"):
            found = self._blobs.size(pack)
        if found != size_bytes:
            problem = f"the pack has {found} bytes instead of {size_bytes}"
            raise IntegrityError(self._artifact, f"pack {pack}", problem)

    def _fill(self, entry: Content, at: Location, target: memoryview, total: blake3) -> None:
        """Fill ``target`` with stored bytes, hashing them while they are in the cache."""
        if at.length < _SMALL_BYTES:
            target[:] = self._padded(entry, at)
            total.update(target)
            return
        self.check_header(at.pack)
        with self._found(at.pack, entry.name):
            found = self._blobs.fill(at.pack, target, offset=at.offset, each=total.update)
        if found != at.length:
            raise self._short(at.pack, entry.name, at.offset + found)
        self._check_padding(entry, at)

    def _padded(self, entry: Content, at: Location) -> memoryview:
        """Return stored bytes after checking the zeros that follow them."""
        self.check_header(at.pack)
        length = at.length + _zeros(at)
        data = self._exactly(at.pack, at.offset, length, entry.name, near_others=True)
        if any(data[at.length :]):
            raise self._dirty(entry, at)
        return data[: at.length]

    def _decoded(self, entry: Content, part: Part) -> memoryview:
        from frontier_assets.storage.coding import decoded  # noqa: PLC0415 - brings a compressor

        stored = self.stored(entry, part)
        base = self.raw(entry, part.base) if part.base else None
        try:
            return decoded(part.codec, stored, part.length, base)
        except ValueError as error:
            raise self._damaged(entry, part.at.pack) from error

    def _mapped(self, pack: str, what: str) -> memoryview | None:
        if pack not in self._maps:
            with self._found(pack, what):
                self._maps[pack] = self._blobs.mapped(pack)
        return self._maps[pack]

    def _proved_view(
        self, entry: Content, at: Location, pack: memoryview, threads: int
    ) -> memoryview:
        self.check_header(at.pack)
        end = at.offset + at.length
        if len(pack) < end + _zeros(at):
            raise self._short(at.pack, entry.name, len(pack))
        found = pack[at.offset : end]
        if blake3(found, max_threads=threads).hexdigest() != entry.blake3:
            raise self._damaged(entry, at.pack)
        if any(pack[end : end + _zeros(at)]):
            raise self._dirty(entry, at)
        return found

    def _exactly(
        self, pack: str, offset: int, length: int, what: str, *, near_others: bool = False
    ) -> memoryview:
        with self._found(pack, what):
            if near_others:
                data = self._windows.read(pack, offset, length)
            else:
                data = self._blobs.read(pack, offset=offset, length=length)
        if len(data) != length:
            raise self._short(pack, what, offset + len(data))
        return data

    def _check(self, entry: Content, parts: Parts, found: str) -> None:
        if found == entry.blake3:
            return
        for part in parts if len(parts) > 1 else ():
            self.raw(entry, part)  # raises for the one that is damaged
        packs = ", ".join(dict.fromkeys(part.at.pack for part in parts)) or "none"
        raise self._damaged(entry, packs)

    def _check_padding(self, entry: Content, at: Location) -> None:
        zeros, end = _zeros(at), at.offset + at.length
        if zeros and any(self._exactly(at.pack, end, zeros, entry.name)):
            raise self._dirty(entry, at)

    def _damaged(self, entry: Content, pack: str) -> IntegrityError:
        where = f"pack {pack}, entry '{entry.name}'"
        return IntegrityError(self._artifact, where, "the content is not what was saved")

    def _dirty(self, entry: Content, at: Location) -> IntegrityError:
        where = f"pack {at.pack}, padding after entry '{entry.name}'"
        return IntegrityError(self._artifact, where, "the padding is not zero")

    @contextlib.contextmanager
    def _found(self, pack: str, what: str) -> Iterator[None]:
        """Let what the store finds wrong with a pack name the artifact."""
        where = f"pack {pack}, {what}"
        try:
            yield
        except BlobNotFoundError as error:
            raise IntegrityError(self._artifact, where, "the pack is missing") from error
        except IntegrityError as error:
            raise IntegrityError(self._artifact, where, error.problem) from error

    def _short(self, pack: str, what: str, end: int) -> IntegrityError:
        problem = f"the pack ends after {end} bytes"
        return IntegrityError(self._artifact, f"pack {pack}, {what}", problem)


def _zeros(at: Location) -> int:
    return 0 if is_outside(at.pack) else padding(at.length)
