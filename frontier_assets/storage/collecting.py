"""A blob that is collected in memory and sent as a whole when it is committed."""

import mmap

from typing_extensions import Buffer, override

from frontier_assets.storage.blob import REMOTE_ROLL_BYTES, BlobWriter

# Of an anonymous mapping, only the pages that were written to take memory. A pack of a store that
# rolls fits into the first one, whatever a wrapper adds to it.
_FIRST_BYTES = 2 * REMOTE_ROLL_BYTES


class CollectingWriter(BlobWriter):
    """Holds what is written in ``content``; a backend adds its `commit`.

    It is a mapping of its own, so that its memory is given back as soon as the blob is dropped. An
    allocator keeps blocks of this size for later: half as much again as is held, now and then.
    """

    def __init__(self) -> None:
        self._pages: mmap.mmap | None = None
        self._size = 0

    @property
    def content(self) -> memoryview:
        """What was written so far."""
        return memoryview(b"") if self._pages is None else memoryview(self._pages)[: self._size]

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        if not view.nbytes:  # an empty view of several dimensions cannot be cast
            return
        end = self._size + view.nbytes
        pages = self._room(end)
        with memoryview(pages) as target:
            target[self._size : end] = view.cast("B")
        self._pages, self._size = pages, end

    @override
    def drop(self) -> None:
        self._pages, self._size = None, 0

    def _room(self, end: int) -> mmap.mmap:
        """Return pages for ``end`` bytes that begin with what was written so far."""
        pages = self._pages
        if pages is not None and end <= len(pages):
            return pages
        reserved = max(end, _FIRST_BYTES if pages is None else 2 * len(pages))
        larger = mmap.mmap(-1, reserved, access=mmap.ACCESS_COPY)  # of this process alone
        if pages is not None:
            larger[: self._size] = memoryview(pages)[: self._size]
        return larger
