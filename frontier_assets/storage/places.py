"""The places of entries as a manifest writes them: numbers of packs, offsets, codecs, bases.

In format version 1 a place is ``[pack, offset, length, "raw"]``. In version 2 it is a list of
parts, ``[pack, offset, length, blake3]`` where raw and otherwise ``[pack, offset, stored length,
blake3, codec, length, stored blake3, base]``; a base is the number of a line of its own, which
holds one part and may itself refer to a line before it. Without bytes there is no place.
"""

from collections.abc import Sequence
from typing import Any

from frontier_assets.storage.layout import (
    CODECS,
    DIFFERENCES,
    MAXIMUM_DEPTH,
    RAW,
    Location,
    Part,
    Parts,
    is_outside,
)
from frontier_assets.storage.pack import ALIGNMENT


def is_simple(parts: Parts) -> bool:
    """Return whether format version 1 can say it."""
    return len(parts) <= 1 and all(
        part.codec == RAW and not is_outside(part.at.pack) for part in parts
    )


class PlaceWriter:
    """Writes parts; ``bases`` are the lines that the written ones refer to."""

    def __init__(self, packs: Sequence[str], version: int) -> None:
        self.bases: list[list[Any]] = []
        self._packs = {name: number for number, name in enumerate(packs)}
        self._version = version
        self._numbers: dict[Part, int] = {}

    def place(self, parts: Parts) -> list[Any] | None:
        """Return what stands in the line of an entry."""
        if not parts:
            return None
        if self._version == 1:
            (at,) = (part.at for part in parts)
            return [self._packs[at.pack], at.offset, at.length, RAW]
        return [self._part(part) for part in parts]

    def _part(self, part: Part) -> list[Any]:
        at = part.at
        place = [self._packs[at.pack], at.offset, at.length, part.blake3]
        if part.codec == RAW:
            return place
        return [*place, part.codec, part.length, part.stored_blake3, self._base(part.base)]

    def _base(self, base: Part | None) -> int | None:
        if base is None:
            return None
        if base not in self._numbers:
            line = self._part(base)
            self._numbers[base] = len(self.bases)
            self.bases.append(line)
        return self._numbers[base]


class PlaceReader:
    """Reads parts. What makes no sense raises `ValueError`, `TypeError` or `LookupError`."""

    def __init__(self, packs: Sequence[str], version: int) -> None:
        self._packs = packs
        self._version = version
        self._bases: list[Part] = []

    def read_base(self, line: list[Any]) -> None:
        """Read the next of the lines that parts refer to."""
        self._bases.append(self._part(line))

    def read(self, place: list[Any] | None, content: str) -> Parts:
        """Return the parts of an entry whose blake3 is ``content``."""
        if place is None:
            return ()
        if self._version == 1:
            pack, offset, stored, codec = place
            if codec != RAW:
                raise ValueError(f"codec '{codec}' in format version 1")
            return (self._part([pack, offset, stored, content]),)
        return tuple(self._part(part) for part in place)

    def _part(self, line: list[Any]) -> Part:
        number, offset, stored, content, *coded = line
        if offset % ALIGNMENT or offset < 0 or stored < 1 or number < 0:
            raise ValueError(f"a part lies at {line[:3]}")
        at = Location(self._packs[number], offset, stored)
        if not coded:
            return Part(stored, content, at)
        codec, length, stored_content, base = coded
        if codec not in CODECS or codec == RAW or length < 1:
            raise ValueError(f"a part is stored as {coded}")
        if (codec in DIFFERENCES) != (base is not None):
            raise ValueError(f"a part is stored as {coded}")
        return Part(length, content, at, codec, stored_content, self._base(base, length))

    def _base(self, number: int | None, length: int) -> Part | None:
        if number is None:
            return None
        base = self._bases[number]
        if number < 0 or base.length != length or base.depth >= MAXIMUM_DEPTH:
            raise ValueError(f"a part of {length} bytes has the base {number}")
        return base
