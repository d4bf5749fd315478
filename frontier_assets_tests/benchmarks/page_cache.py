"""Files in the page cache or out of it, so that reading them is warm or cold."""

import contextlib
import ctypes
import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np


@contextlib.contextmanager
def warm(*files: Path) -> Iterator[None]:
    """Keep ``files`` in the page cache meanwhile.

    They are mapped: a kernel that reclaims memory ahead of need pages out what was read and is not
    mapped, within the second where it finds the machine idle.

    Raises:
        RuntimeError: pages of one are not there, so that what was measured was not warm.
    """
    with contextlib.ExitStack() as kept:
        for path in files:
            kept.enter_context(_populated(path))
        yield
        for path in files:
            pages = -(-path.stat().st_size // mmap.PAGESIZE)
            if missing := pages - resident_pages(path):
                raise RuntimeError(f"{missing} pages of {path} are not in the page cache")


def evict(*files: Path) -> None:
    """Drop ``files`` from the page cache.

    Raises:
        RuntimeError: pages of one are still there, so what follows would not be cold.
    """
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)  # dirty pages stay
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
        if still := resident_pages(path):
            raise RuntimeError(f"{still} pages of {path} stay in the page cache")


def resident_pages(path: Path) -> int:
    """Return how many pages of a file are in the page cache."""
    mapped = np.memmap(path, np.uint8, "r")
    pages = np.zeros(-(-mapped.size // mmap.PAGESIZE), np.uint8)
    address, size = ctypes.c_void_p(mapped.ctypes.data), ctypes.c_size_t(mapped.size)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mincore(address, size, ctypes.c_void_p(pages.ctypes.data)):
        raise OSError(ctypes.get_errno(), "mincore", str(path))
    return int((pages & 1).sum())


def _populated(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
        return mmap.mmap(file.fileno(), 0, flags=flags, prot=mmap.PROT_READ)
