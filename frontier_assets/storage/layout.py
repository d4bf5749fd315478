"""Where the bytes of an entry lie: in one part or in several, each as its codec left it."""

import dataclasses
from collections.abc import Iterator
from typing import Self

RAW, SHUFFLED = "raw", "shuffle-zstd"
# To a base of the same length, by the number of bytes in an item of the array.
XOR = "xor-shuffle-zstd"
STEPS = {2: "steps16-shuffle-zstd", 4: "steps32-shuffle-zstd", 8: "steps64-shuffle-zstd"}
DIFFERENCES = frozenset({XOR, *STEPS.values()})
CODECS = frozenset({RAW, SHUFFLED, *DIFFERENCES})
# Reading a part reads as many others as it is deep.
MAXIMUM_DEPTH = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """A run of stored bytes: ``length`` of them from ``offset`` of the blob ``pack``.

    A pack that `is_outside` is the URI of an object that the store does not hold: it has neither
    header nor padding.
    """

    pack: str
    offset: int
    length: int


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A run of an entry's raw bytes.

    ``length`` and ``blake3`` are those of the raw bytes. What a ``codec`` other than raw made of
    them has a hash of its own, so that only proven bytes reach a decompressor. ``base`` are the
    raw bytes, of the same length, that these were combined with.
    """

    length: int
    blake3: str
    at: Location
    codec: str = RAW
    stored_blake3: str = ""
    base: Self | None = None

    @property
    def depth(self) -> int:
        """How many other parts have to be read before this one."""
        return 1 + self.base.depth if self.base else 0

    def chain(self) -> Iterator[Self]:
        """Yield the part, its base, the base of that, and so on."""
        part: Self | None = self
        while part is not None:
            yield part
            part = part.base


Parts = tuple[Part, ...]


def is_outside(pack: str) -> bool:
    """Return whether ``pack`` is a URI; no name of a blob has a colon."""
    return ":" in pack


def placed(parts: Parts) -> Iterator[tuple[int, Part]]:
    """Yield each part with the place in the entry's raw bytes at which it begins."""
    start = 0
    for part in parts:
        yield start, part
        start += part.length


def packs_of(parts: Parts) -> set[str]:
    """Return the packs that are needed to read ``parts``."""
    return {link.at.pack for part in parts for link in part.chain()}
