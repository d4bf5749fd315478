"""Reads of blobs for which neighbouring small ones are fetched together."""

import threading
from collections import OrderedDict

from frontier_assets.storage.blob import BlobStore

_WINDOW_BYTES = 1 << 20
# From here on a request of its own costs less than what would be fetched with it.
_LARGE_BYTES = 256 << 10
_KEPT = 4


class Windows:
    """Reads that stay below a store's price per request. Thread-safe.

    Ten thousand biases lie next to each other in a pack and are asked for one by one.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[tuple[str, int], memoryview] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, name: str, offset: int, length: int) -> memoryview:
        """Return up to ``length`` bytes from ``offset``; raises as `BlobStore.read` does."""
        if length >= _LARGE_BYTES:
            return self._blobs.read(name, offset=offset, length=length)
        start = offset // _WINDOW_BYTES * _WINDOW_BYTES
        if offset + length > start + _WINDOW_BYTES:
            return self._blobs.read(name, offset=offset, length=length)
        with self._lock:
            window = self._window(name, start)
        # A copy, as what is returned belongs to the caller.
        return memoryview(bytearray(window[offset - start : offset - start + length]))

    def _window(self, name: str, start: int) -> memoryview:
        key = name, start
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        window = self._blobs.read(name, offset=start, length=_WINDOW_BYTES)
        self._kept[key] = window
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return window
