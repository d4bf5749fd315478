"""The writing of an encrypted blob: what comes is cut into frames."""

from typing_extensions import Buffer, override

from frontier_assets.errors import BlobExistsError
from frontier_assets.storage.blob import BlobWriter
from frontier_assets.storage.sealing import FRAME_BYTES, Sealed
from frontier_assets.storage.wrapper import WrappingWriter


class SealingWriter(WrappingWriter):
    """Encrypts frame by frame; the last full one waits, as only `commit` knows that it is last."""

    def __init__(self, sealed: Sealed, writer: BlobWriter) -> None:
        super().__init__(writer)
        self._sealed = sealed
        self._pending = bytearray()
        self._frames = 0
        self._ended = False

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        view = view.cast("B") if view.nbytes else memoryview(b"")
        while view:
            if len(self._pending) == FRAME_BYTES:
                self._seal(self._pending)
                self._pending = bytearray()
            if not self._pending and len(view) > FRAME_BYTES:
                self._seal(view[:FRAME_BYTES])
                view = view[FRAME_BYTES:]
                continue
            room = FRAME_BYTES - len(self._pending)
            self._pending += view[:room]
            view = view[room:]

    @override
    def commit(self) -> None:
        if not self._ended:
            self._seal(self._pending, last=True)
            self._ended = True
        try:
            super().commit()
        except BlobExistsError as error:
            raise BlobExistsError(self._sealed.name, error.store) from error

    def _seal(self, frame: bytearray | memoryview, *, last: bool = False) -> None:
        if not self._frames:
            super().write(self._sealed.header)
        super().write(self._sealed.seal(self._frames, frame, last=last))
        self._frames += 1


def sealed_blob(sealed: Sealed, data: bytes) -> bytes:
    """Return all that is stored of a small blob."""
    starts = range(0, max(1, len(data)), FRAME_BYTES)
    frames = [data[start : start + FRAME_BYTES] for start in starts]
    last = len(frames) - 1
    stored = [sealed.seal(index, frame, last=index == last) for index, frame in enumerate(frames)]
    return sealed.header + b"".join(stored)
