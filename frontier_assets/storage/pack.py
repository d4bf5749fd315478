"""The pack format: one blob that holds the entries of a save.

A 64-byte header (magic, format version, zeros, blake3 of those 32 bytes), then the entries, each
at a multiple of 64 bytes and followed by zeros up to the next. Nothing in a pack is uncovered: the
header seals itself, an entry's hash stands in the manifest, and the zeros are checked when read.
"""

from collections.abc import Iterable

from blake3 import blake3
from typing_extensions import Buffer

from frontier_assets.storage.blob import BlobWriter
from frontier_assets.storage.layout import Location

FORMAT_VERSION = 1
ALIGNMENT = 64  # a cache line, and what vector instructions like best
HEADER_BYTES = 64
MAGIC = b"frontier-pack\0\0\0"
SEALED_BYTES = 32
# Entries below this are copied together, so that ten thousand biases are not as many writes.
_SMALL_BYTES = 64 << 10
_BATCH_BYTES = 1 << 20


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


def padding(length: int) -> int:
    """Return how many zeros follow an entry of ``length`` bytes."""
    return -length % ALIGNMENT


def occupied(lengths: Iterable[int]) -> int:
    """Return the size of a pack that holds entries of these lengths and nothing else."""
    return HEADER_BYTES + sum(length + padding(length) for length in lengths)


def header() -> bytes:
    """Return the header of a pack."""
    sealed = (MAGIC + FORMAT_VERSION.to_bytes(4, "little")).ljust(SEALED_BYTES, b"\0")
    return sealed + blake3(sealed).digest()
