"""Ranges of an encrypted blob, from the frames that hold them and no others."""

import numpy as np

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.sealing import (
    FRAME_BYTES,
    HEADER_BYTES,
    STORED_FRAME_BYTES,
    TAG_BYTES,
    Sealed,
    frame_count,
    plain_size,
)

# Fetched and held encrypted at once.
_WINDOW_FRAMES = 32


def read_range(
    blobs: BlobStore, stored: str, sealed: Sealed, offset: int, length: int | None
) -> memoryview:
    """Return up to ``length`` bytes from ``offset`` of the content.

    A range that meets the end of the blob proves it: the last frame is read and says that it is.

    Raises:
        IntegrityError: a frame was changed, moved, left out or added.
    """
    if length == 0:
        return memoryview(bytearray())
    frames = _Frames(blobs, stored, sealed)
    stop = None if length is None else offset + length
    index, skip = divmod(offset, FRAME_BYTES)
    plain, ended = frames.window(index, stop)
    view = plain[skip:]
    if ended or (length is not None and len(view) >= length):
        return view[:length]
    available = frames.size() - offset
    wanted = available if length is None else min(length, available)
    whole = np.empty(wanted, np.uint8).data
    done = 0
    while not ended and (length is None or done + len(view) < length):
        done = _append(whole, done, view, frames)
        index += _WINDOW_FRAMES
        view, ended = frames.window(index, stop)
    return whole[: _append(whole, done, view[: wanted - done], frames)]


class _Frames:
    def __init__(self, blobs: BlobStore, stored: str, sealed: Sealed) -> None:
        self._blobs, self._stored, self._sealed = blobs, stored, sealed

    def window(self, index: int, stop: int | None) -> tuple[memoryview, bool]:
        """Return the plain frames from ``index`` up to ``stop``, and whether the blob ended."""
        count = _WINDOW_FRAMES
        if stop is not None:
            count = min(count, (stop - 1) // FRAME_BYTES - index + 1)
        wanted = count * STORED_FRAME_BYTES
        at = HEADER_BYTES + index * STORED_FRAME_BYTES
        data = self._blobs.read(self._stored, offset=at, length=wanted)
        ended = len(data) < wanted
        if not data:
            self._prove_end()
            return memoryview(bytearray()), True
        starts = range(0, len(data), STORED_FRAME_BYTES)
        if len(data) - starts[-1] < TAG_BYTES:
            raise self.changed("it ends within a frame")
        plain = np.empty(len(data) - len(starts) * TAG_BYTES, np.uint8).data
        for number, start in enumerate(starts):
            frame = data[start : start + STORED_FRAME_BYTES]
            is_end = number == len(starts) - 1
            opened = self._open(index + number, frame, is_end=is_end, ended=ended)
            plain[number * FRAME_BYTES : number * FRAME_BYTES + len(opened)] = opened
        return plain, ended

    def size(self) -> int:
        """Return the length of the content, not proved."""
        size_bytes = plain_size(self._blobs.size(self._stored))
        if size_bytes is None:
            raise self.changed("it ends within a frame")
        return size_bytes

    def changed(self, problem: str) -> IntegrityError:
        """Return the error that names the blob."""
        return IntegrityError(f"blob {self._sealed.name}", f"{self._blobs.url}", problem)

    def _open(self, index: int, data: memoryview, *, is_end: bool, ended: bool) -> bytes:
        """Open a frame: a last one where the blob ends, either where only the window does."""
        opened = None
        if not (is_end and ended):
            opened = self._sealed.open(index, data, last=False)
        if opened is None and is_end:
            opened = self._sealed.open(index, data, last=True)
        if opened is None:
            raise self.changed(
                f"frame {index} was changed, is of another blob, or is not where the blob ends"
            )
        return opened

    def _prove_end(self) -> None:
        stored_bytes = self._blobs.size(self._stored)
        index = frame_count(stored_bytes) - 1
        at = HEADER_BYTES + index * STORED_FRAME_BYTES
        data = self._blobs.read(self._stored, offset=at)
        if len(data) < TAG_BYTES:
            raise self.changed("its last frame is missing")
        self._open(index, data, is_end=True, ended=True)


def _append(whole: memoryview, done: int, view: memoryview, frames: _Frames) -> int:
    if done + len(view) > len(whole):
        raise frames.changed("it is longer than it was written")
    whole[done : done + len(view)] = view
    return done + len(view)
