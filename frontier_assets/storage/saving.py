"""One save in progress: entries are hashed ahead, looked up, and written when they are new."""

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from blake3 import blake3
from typing_extensions import Buffer, override

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.manifest import EntryRecord, Manifest
from frontier_assets.storage.members import Hashes
from frontier_assets.storage.pack import Location, padding
from frontier_assets.storage.packing import Packs

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
    """Packs that are being filled; leaving the context without `commit` drops them.

    ``known`` are contents that the store holds already, by hash and length.
    """

    def __init__(self, blobs: BlobStore, known: Known) -> None:
        self._known = dict(known)
        self._locations: list[Location] = []
        self._packs = Packs(blobs)

    def add(self, items: Sequence[Item]) -> tuple[EntryRecord, ...]:
        """Store every item that is new, and return the records of all of them."""
        remaining = sum(item.length + padding(item.length) for item in items)
        records = []
        for item, content, hashes in _hashed(items):
            key = hashes.blake3, item.length
            if not item.length:
                self._known[key] = Location("", 0, 0)
            if key not in self._known:
                self._known[key] = self._packs.append(
                    content.chunks(hashes), item.length, remaining=remaining
                )
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
        sizes = packs | self._packs.sizes
        used = {location.pack for location in self._locations if location.length}
        return Manifest(
            kind,
            structure,
            entries,
            tuple(self._locations),
            {name: sizes[name] for name in used},
        )

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
