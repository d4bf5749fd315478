"""Reads runs of bytes out of packs; what is not an entry's own is proved: headers, sizes, zeros."""

import contextlib
from collections.abc import Iterator

from blake3 import blake3

from frontier_assets.errors import BlobNotFoundError, IntegrityError, UnsupportedFormatError
from frontier_assets.storage.blob import BlobStore, Each
from frontier_assets.storage.layout import Location, is_outside
from frontier_assets.storage.mapping import read_ahead
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


class PackReader:
    """Reads the packs of ``artifact``, which errors name. Thread-safe.

    ``entry`` is the name of the entry whose bytes are read. Every method raises `IntegrityError`
    when a pack is missing, too short, or not what was written around those bytes.
    """

    def __init__(self, blobs: BlobStore, artifact: Digest) -> None:
        self._blobs, self._artifact = blobs, artifact
        self._windows = Windows(blobs)
        self._proved: set[str] = set()
        self._maps: dict[str, memoryview | None] = {}

    def check_header(self, pack: str) -> None:
        """Prove the first 64 bytes of a pack, once; an object outside the store has none."""
        if pack in self._proved or is_outside(pack):
            return
        mapped = self._maps.get(pack)
        with self._found(pack, "header"):
            # A mapped pack is at hand; reading would open it once more.
            head = self._blobs.read(pack, length=HEADER_BYTES) if mapped is None else mapped
        data = bytes(head[:HEADER_BYTES])
        if len(data) != HEADER_BYTES:
            raise self._short(pack, "header", len(data))
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

    def run(self, entry: str, at: Location, start: int, length: int) -> memoryview:
        """Return ``length`` bytes from ``start`` of a place."""
        self.check_header(at.pack)
        return self._exactly(entry, at.pack, at.offset + start, length)

    def whole(self, entry: str, at: Location) -> memoryview:
        """Return the bytes of a place, with the zeros behind it proved."""
        self.check_header(at.pack)
        data = self._exactly(entry, at.pack, at.offset, at.length + _zeros(at))
        self._check_zeros(entry, at, data[at.length :])
        return data[: at.length]

    def fill(self, entry: str, at: Location, target: memoryview, each: Each) -> None:
        """Read a place into ``target``, as `BlobStore.fill` does, and prove the zeros behind it."""
        self.check_header(at.pack)
        with self._found(at.pack, entry):
            found = self._blobs.fill(at.pack, target, offset=at.offset, each=each)
        if found != at.length:
            raise self._short(at.pack, entry, at.offset + found)
        self.check_padding(entry, at)

    def view(self, entry: str, at: Location) -> memoryview | None:
        """Return a place as mapped memory, the zeros behind it proved; None where none can be."""
        pack = self._mapped(entry, at.pack)
        if pack is None:
            return None
        self.check_header(at.pack)
        end = at.offset + at.length
        if len(pack) < end + _zeros(at):
            raise self._short(at.pack, entry, len(pack))
        with self._found(at.pack, entry):
            read_ahead(pack, at.offset, end + _zeros(at))
        self._check_zeros(entry, at, pack[end : end + _zeros(at)])
        return pack[at.offset : end]

    def check_padding(self, entry: str, at: Location) -> None:
        """Prove the zeros behind a place."""
        if _zeros(at):
            # A request of its own: what lies near may be gigabytes that nobody asked for.
            with self._found(at.pack, entry):
                end = at.offset + at.length
                data = self._blobs.read(at.pack, offset=end, length=_zeros(at))
            if len(data) != _zeros(at):
                raise self._short(at.pack, entry, end + len(data))
            self._check_zeros(entry, at, data)

    def _exactly(self, entry: str, pack: str, offset: int, length: int) -> memoryview:
        with self._found(pack, entry):
            data = self._windows.read(pack, offset, length)
        if len(data) != length:
            raise self._short(pack, entry, offset + len(data))
        return data

    def _mapped(self, entry: str, pack: str) -> memoryview | None:
        if pack not in self._maps:
            with self._found(pack, entry):
                self._maps[pack] = self._blobs.mapped(pack)
        return self._maps[pack]

    def _check_zeros(self, entry: str, at: Location, data: memoryview) -> None:
        if any(data):
            where = f"pack {at.pack}, padding after entry '{entry}'"
            raise IntegrityError(self._artifact, where, "the padding is not zero")

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
