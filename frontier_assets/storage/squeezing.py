"""Find the smallest way to store a part: as it is, compressed, or as a difference to another."""

import dataclasses
from collections.abc import Iterator, Mapping

from blake3 import blake3

from frontier_assets.storage.coding import LARGEST_FRACTION, compressed, difference
from frontier_assets.storage.layout import (
    DIFFERENCES,
    MAXIMUM_DEPTH,
    RAW,
    SHUFFLED,
    Location,
    Part,
    Parts,
    is_outside,
    placed,
)
from frontier_assets.storage.manifest import ITEM_BYTES, EntryRecord, Manifest
from frontier_assets.storage.packing import Packs
from frontier_assets.storage.reading import Reader

# What a reader of a part holds, and as much again for its base. A multiple of every item's size
# and of the packs' alignment, so that a large raw part can be seen as several where it lies.
_PIECE_BYTES = 32 << 20


class Bases:
    """The entries of an artifact that those of another may be stored as differences to."""

    def __init__(self, manifest: Manifest | None, reader: Reader | None) -> None:
        self._reader = reader
        self._found: Mapping[tuple[object, ...], tuple[EntryRecord, Part]] = {
            (*_kind(entry), start, part.length): (entry, part)
            for entry, parts in (manifest.pairs() if manifest else ())
            for start, part in placed(parts)
        }

    def find(self, entry: EntryRecord, start: int, length: int) -> tuple[Part, memoryview] | None:
        """Return the part of the same place in the same entry with its bytes, if there is one."""
        other, base = self._found.get((*_kind(entry), start, length), (None, None))
        if other is None or base is None or self._reader is None:
            return None
        if base.depth >= MAXIMUM_DEPTH - 1:
            return None
        return base, self._reader.raw(other, base)


@dataclasses.dataclass(frozen=True, slots=True)
class Squeezer:
    """Writes parts anew into ``packs`` where that makes them smaller, except those to ``keep``."""

    bases: Bases
    reader: Reader
    packs: Packs
    keep: frozenset[Location]

    def squeezed(self, entry: EntryRecord, start: int, part: Part) -> Parts:
        """Return what becomes of the part that begins at ``start`` of the entry's bytes.

        Raises:
            IntegrityError: its bytes are not what was saved.
        """
        stays = part.at in self.keep or is_outside(part.at.pack)
        if part.codec in DIFFERENCES or stays:
            return (part,)
        return tuple(
            self._smallest(entry, start + offset, piece, raw)
            for offset, piece, raw in self._pieces(entry, part)
        )

    def _pieces(self, entry: EntryRecord, part: Part) -> Iterator[tuple[int, Part, memoryview]]:
        if part.codec != RAW or part.length <= _PIECE_BYTES:
            yield 0, part, self.reader.raw(entry, part)
            return
        total, offset, at = blake3(), 0, part.at
        for raw in self.reader.pieces(entry, part, _PIECE_BYTES):
            total.update(raw)
            place = Location(at.pack, at.offset + offset, len(raw))
            yield offset, Part(len(raw), blake3(raw).hexdigest(), place), raw
            offset += len(raw)
        self.reader.check(entry, part, total.hexdigest())

    def _smallest(self, entry: EntryRecord, start: int, part: Part, raw: memoryview) -> Part:
        item_bytes = ITEM_BYTES[entry.dtype]
        found: list[tuple[bytes, str, Part | None]] = []
        if part.codec == RAW and (smaller := compressed(raw, item_bytes)) is not None:
            found.append((smaller, SHUFFLED, None))
        if base := self.bases.find(entry, start, part.length):
            codec, stored = difference(raw, base[1], item_bytes)
            found.append((stored, codec, base[0]))
        stored, codec, used = min(found, key=lambda item: len(item[0]), default=(b"", RAW, None))
        if codec == RAW or len(stored) > LARGEST_FRACTION * part.at.length:
            return part
        at = self.packs.append([stored], len(stored), remaining=len(stored))
        return Part(part.length, part.blake3, at, codec, blake3(stored).hexdigest(), used)


def _kind(entry: EntryRecord) -> tuple[object, ...]:
    return entry.name, entry.dtype, entry.shape
