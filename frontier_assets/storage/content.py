"""What one entry consists of while it is saved: bytes in memory or on disk, taken in spans."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Protocol

from typing_extensions import Buffer, override

from frontier_assets.errors import InvalidValueError

# Files are read once, so that each piece of one is hashed, compressed and written from memory.
FILE_PART_BYTES = 8 << 20


class Content(Protocol):
    """The bytes of one entry."""

    def span(self, start: int, length: int) -> memoryview:
        """Return ``length`` bytes from ``start``; nothing changes them before the save ends."""

    def check_unchanged(self) -> None:
        """Raise `InvalidValueError` when the spans were not all of one state of the content."""


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """An entry that is to be saved. ``load`` is called when its turn has come.

    It is split into parts of ``split_bytes`` where that is a number; ``item_bytes`` is the size of
    one item of its array, and no part ends within one.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    length: int
    item_bytes: int
    load: Callable[[], Content]
    split_bytes: int | None = None
    wants_sha256: bool = False

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield start and length of every part; one empty part for an empty entry."""
        step = self.split_bytes or self.length
        step -= step % self.item_bytes
        for start in range(0, self.length, max(step, 1)):
            yield start, min(step, self.length - start)
        if not self.length:
            yield 0, 0


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
    def span(self, start: int, length: int) -> memoryview:
        return self._view[start : start + length]

    @override
    def check_unchanged(self) -> None:
        """Do nothing: whoever saves memory does not change it meanwhile."""
