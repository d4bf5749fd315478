"""Files out of the page cache, so that reading them is cold."""

import ctypes
import os
from pathlib import Path

import numpy as np


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
    pages = np.zeros(-(-mapped.size // os.sysconf("SC_PAGESIZE")), np.uint8)
    address, size = ctypes.c_void_p(mapped.ctypes.data), ctypes.c_size_t(mapped.size)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mincore(address, size, ctypes.c_void_p(pages.ctypes.data)):
        raise OSError(ctypes.get_errno(), "mincore", str(path))
    return int((pages & 1).sum())
