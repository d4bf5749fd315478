"""One save in progress: entries are hashed ahead, looked up, and written when they are new."""

import contextlib
import dataclasses
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from blake3 import blake3
from typing_extensions import Buffer, override

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.blob import BlobStore, BlobWriter
from frontier_assets.storage.manifest import EntryRecord, Manifest
from frontier_assets.storage.members import Hashes
from frontier_assets.storage.pack import HEADER_BYTES, Location, PackWriter, padding

# Two threads hash several times faster than one disk takes the bytes.
_HASH_THREADS = 2
# Entries held at once besides the one being written: this bounds the memory of a save.
_ENTRIES_AHEAD = 2
# Below this, handing an entry to a thread takes longer than hashing it.
_HASH_IN_PLACE_BYTES = 256 << 10

Known = Mapping[tuple[str, int], Location]


class Content(Protocol):
    """The bytes of one entry, in memory or on disk."""

    def hashes(self) -> Hashes:
        """Return their hashes."""

    def chunks(self, expected: Hashes) -> Iterable[Buffer]:
        """Return the bytes themselves, in order."""


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """An entry that is to be saved. ``load`` is called when its turn has come."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    length: int
    load: Callable[[], Content]


class BufferContent(Content):
    """Bytes in memory, used where they lie."""

    def __init__(self, name: str, data: Buffer, length: int) -> None:
        """Refuse ``data`` that is not C-contiguous or not ``length`` bytes long."""
        view = memoryview(data)
        if view.nbytes != length:
            raise InvalidValueError(f"Entry '{name}' bytes", view.nbytes, f"expected {length}")
        if not view.c_contiguous:
            raise InvalidValueError(f"Entry '{name}' strides", view.strides, "expected C order")
        self._view = view.cast("B") if length else memoryview(b"")

    @override
    def hashes(self) -> Hashes:
        return Hashes(blake3(self._view).hexdigest())

    @override
    def chunks(self, expected: Hashes) -> list[Buffer]:
        return [self._view]


class Draft:
    """A pack that is being filled; leaving the context without `commit` drops it.

    ``known`` are contents that the store holds already, by hash and length.
    """

    def __init__(self, blobs: BlobStore, known: Known) -> None:
        self._blobs = blobs
        self._known = dict(known)
        self._locations: list[Location] = []
        self._stack = contextlib.ExitStack()
        self._blob: BlobWriter | None = None
        self._pack: PackWriter | None = None

    def add(self, items: Sequence[Item]) -> tuple[EntryRecord, ...]:
        """Store every item that is new, and return the records of all of them."""
        remaining = sum(item.length + padding(item.length) for item in items)
        records = []
        for item, content, hashes in _hashed(items):
            key = hashes.blake3, item.length
            if not item.length:
                self._known[key] = Location("", 0, 0)
            if key not in self._known:
                pack = self._pack or self._begin(remaining)
                self._known[key] = pack.append(content.chunks(hashes), item.length)
            self._locations.append(self._known[key])
            remaining -= item.length + padding(item.length)
            records.append(
                EntryRecord(
                    item.name, item.dtype, item.shape, item.length, hashes.blake3, hashes.sha256
                )
            )
        return tuple(records)

    def manifest(
        self, kind: str, structure: object, entries: tuple[EntryRecord, ...], packs: dict[str, int]
    ) -> Manifest:
        """Return the manifest; ``packs`` are the sizes of the packs that were known."""
        sizes = packs | ({self._pack.name: self._pack.size_bytes} if self._pack else {})
        used = {location.pack for location in self._locations if location.length}
        return Manifest(
            kind,
            structure,
            entries,
            tuple(self._locations),
            {name: sizes[name] for name in used},
        )

    def commit(self) -> int:
        """Make the pack durable, if anything was new, and return its size in bytes."""
        if self._pack is None or self._blob is None:
            return 0
        self._pack.finish()
        self._blob.commit()
        return self._pack.size_bytes

    def retract(self) -> None:
        """Delete the committed pack; only right while no manifest refers to it."""
        if self._pack is not None:
            self._blobs.delete(self._pack.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _begin(self, remaining: int) -> PackWriter:
        token = secrets.token_hex(16)
        name = f"packs/{token[:2]}/{token}"
        blob = self._blobs.create(name, size_hint=HEADER_BYTES + remaining)
        self._blob = self._stack.enter_context(blob)
        self._pack = PackWriter(name, blob)
        return self._pack


def _hashed(items: Iterable[Item]) -> Iterator[tuple[Item, Content, Hashes]]:
    """Yield the items in order, hashing a few ahead of the one that is being written."""
    ahead: deque[tuple[Item, Content, Future[Hashes]]] = deque()
    with ThreadPoolExecutor(_HASH_THREADS) as threads:
        for item in items:
            content = item.load()
            if item.length < _HASH_IN_PLACE_BYTES:
                hashes: Future[Hashes] = Future()
                hashes.set_result(content.hashes())
            else:
                hashes = threads.submit(content.hashes)
            ahead.append((item, content, hashes))
            del content
            if len(ahead) > _ENTRIES_AHEAD:
                yield _resolved(ahead.popleft())
        while ahead:
            yield _resolved(ahead.popleft())


def _resolved(entry: tuple[Item, Content, Future[Hashes]]) -> tuple[Item, Content, Hashes]:
    item, content, hashes = entry
    return item, content, hashes.result()
