"""The pack format: one blob that holds the entries of a save.

A 64-byte header (magic, format version, zeros, blake3 of those 32 bytes), then the entries, each
at a multiple of 64 bytes and followed by zeros up to the next. Nothing in a pack is uncovered: the
header seals itself, an entry's hash stands in the manifest, and the zeros are checked when read.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Protocol

from blake3 import blake3
from typing_extensions import Buffer

from frontier_assets.errors import BlobNotFoundError, IntegrityError, UnsupportedFormatError
from frontier_assets.storage.blob import BlobStore, BlobWriter
from frontier_assets.types import Digest

FORMAT_VERSION = 1
ALIGNMENT = 64  # a cache line, and what vector instructions like best
HEADER_BYTES = 64
RAW = "raw"
CHUNK_BYTES = 8 << 20
_MAGIC = b"frontier-pack\0\0\0"
_SEALED_BYTES = 32
# Entries below this are copied together, so that ten thousand biases are not as many writes.
_SMALL_BYTES = 64 << 10
_BATCH_BYTES = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """Where an entry's bytes lie: ``length`` bytes from ``offset`` of the blob ``pack``."""

    pack: str
    offset: int
    length: int
    codec: str = RAW


class PackWriter:
    """Lays entries out in a blob that is being written; committing it is the caller's."""

    def __init__(self, name: str, blob: BlobWriter) -> None:
        self.name = name
        self._blob = blob
        self._pending = bytearray(header())
        self.size_bytes = len(self._pending)

    def append(self, chunks: Iterable[Buffer], length: int) -> Location:
        """Write an entry of ``length`` bytes, given in one or more pieces."""
        location = Location(self.name, self.size_bytes, length)
        for chunk in chunks:
            self._write(chunk)
        self._pending += bytes(padding(length))
        self.size_bytes += length + padding(length)
        return location

    def finish(self) -> None:
        """Hand everything to the blob; needed before it is committed."""
        self._blob.write(self._pending)
        self._pending = bytearray()

    def _write(self, chunk: Buffer) -> None:
        view = memoryview(chunk)
        if view.nbytes < _SMALL_BYTES:
            self._pending += view
            if len(self._pending) >= _BATCH_BYTES:
                self.finish()
            return
        self.finish()
        self._blob.write(view)


class Content(Protocol):
    """What `Reader` needs to know of an entry in order to prove it."""

    @property
    def name(self) -> str:
        """The entry's name."""

    @property
    def blake3(self) -> str:
        """The hash of its raw bytes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """Reads entries of one artifact and proves them: header, content, padding."""

    blobs: BlobStore
    artifact: Digest
    _proved: set[str] = dataclasses.field(default_factory=set)

    def read(self, entry: Content, at: Location) -> memoryview:
        """Return a whole entry. Raises `IntegrityError` when a byte is not what was saved."""
        self.check_header(at.pack)
        stored = at.length + padding(at.length)
        data = self._read(at.pack, at.offset, stored, entry.name)
        content = data[: at.length]
        self._check(entry, at, blake3(content).hexdigest())
        self._check_padding(entry, at, data[at.length :])
        return content

    def stream(self, entry: Content, at: Location) -> Iterator[memoryview]:
        """Yield an entry piece by piece; only the end of the iteration proves it.

        Raises:
            IntegrityError: a byte is not what was saved. What was yielded may not be used.
        """
        self.check_header(at.pack)
        total = blake3()
        for start in range(0, at.length, CHUNK_BYTES):
            wanted = min(CHUNK_BYTES, at.length - start)
            piece = self._read(at.pack, at.offset + start, wanted, entry.name)
            total.update(piece)
            yield piece
        self._check(entry, at, total.hexdigest())
        end = at.offset + at.length
        self._check_padding(entry, at, self._read(at.pack, end, padding(at.length), entry.name))

    def check_header(self, pack: str) -> None:
        """Prove the first 64 bytes of a pack, once."""
        if pack in self._proved:
            return
        data = bytes(self._read(pack, 0, HEADER_BYTES, "header"))
        if data[_SEALED_BYTES:] != blake3(data[:_SEALED_BYTES]).digest():
            raise IntegrityError(self.artifact, f"pack {pack}, header", "the header was changed")
        found = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little")
        if found != FORMAT_VERSION:
            raise UnsupportedFormatError(f"Pack {pack}", found, FORMAT_VERSION)
        if data != header():
            raise IntegrityError(self.artifact, f"pack {pack}, header", "this is not a pack")
        self._proved.add(pack)

    def check_size(self, pack: str, size_bytes: int) -> None:
        """Prove that a pack ends where it ended when it was written."""
        try:
            found = self.blobs.size(pack)
        except BlobNotFoundError as error:
            raise IntegrityError(self.artifact, f"pack {pack}", "the pack is missing") from error
        if found != size_bytes:
            problem = f"the pack has {found} bytes instead of {size_bytes}"
            raise IntegrityError(self.artifact, f"pack {pack}", problem)

    def _read(self, pack: str, offset: int, length: int, what: str) -> memoryview:
        try:
            data = self.blobs.read(pack, offset=offset, length=length)
        except BlobNotFoundError as error:
            problem = "the pack is missing"
            raise IntegrityError(self.artifact, f"pack {pack}, {what}", problem) from error
        if len(data) != length:
            problem = f"the pack ends after {offset + len(data)} bytes"
            raise IntegrityError(self.artifact, f"pack {pack}, {what}", problem)
        return data

    def _check(self, entry: Content, at: Location, found: str) -> None:
        if found != entry.blake3:
            where = f"pack {at.pack}, entry '{entry.name}'"
            raise IntegrityError(self.artifact, where, "the content is not what was saved")

    def _check_padding(self, entry: Content, at: Location, data: memoryview) -> None:
        if any(data):
            where = f"pack {at.pack}, padding after entry '{entry.name}'"
            raise IntegrityError(self.artifact, where, "the padding is not zero")


def padding(length: int) -> int:
    """Return how many zeros follow an entry of ``length`` bytes."""
    return -length % ALIGNMENT


def header() -> bytes:
    """Return the header of a pack."""
    sealed = (_MAGIC + FORMAT_VERSION.to_bytes(4, "little")).ljust(_SEALED_BYTES, b"\0")
    return sealed + blake3(sealed).digest()
