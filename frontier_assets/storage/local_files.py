"""What a folder of blobs asks of the file system: locks, durable names, reading in pieces."""

# ruff: noqa: PTH108, PTH116 - calls on `os`, see `local`
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from frontier_assets.errors import FrontierAssetsError, StoreUnavailableError
from frontier_assets.storage.blob import Each

# What is done with a piece finds it in the processor's cache; larger ones are no faster to read.
_PIECE_BYTES = 1 << 20


@contextlib.contextmanager
def usable(url: str) -> Iterator[None]:
    """Turn what the file system refuses into `StoreUnavailableError`; it names path and reason."""
    try:
        yield
    except FrontierAssetsError:
        raise
    except OSError as error:
        path = f" ({error.filename})" if error.filename else ""
        raise StoreUnavailableError(url, f"{error.strerror}{path}") from error


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of ``path`` against threads and processes; a kill releases it.

    The file is there only while it is held, or was when its holder was killed.
    """
    descriptor = _lock(path)
    try:
        yield
    finally:
        # While it is held: whoever waits for it finds that it has no name, and takes a new one.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.close(descriptor)


def read(descriptor: int, offset: int, length: int | None) -> memoryview:
    """Return up to ``length`` bytes from ``offset``, as `BlobStore.read` does."""
    available = max(0, os.fstat(descriptor).st_size - offset)
    wanted = available if length is None else min(length, available)
    # `np.empty` leaves the memory untouched; `bytearray` would write zeros to it first.
    view = np.empty(wanted, np.uint8).data
    return view[: fill(descriptor, view, offset, None)]


def fill(descriptor: int, target: memoryview, offset: int, each: Each | None) -> int:
    """Read from ``offset`` into ``target``, as `BlobStore.fill` does."""
    done = 0
    while done < len(target):
        piece = target[done : done + _PIECE_BYTES]
        count = os.preadv(descriptor, [piece], offset + done)
        if not count:
            break
        if each is not None:
            each(piece[:count])
        done += count
    return done


def _lock(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        with contextlib.ExitStack() as unless_held:
            unless_held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.stat(path), os.fstat(descriptor)):
                    unless_held.pop_all()
                    return descriptor
