"""Files as memory: pages of the file itself, where the file system can be trusted with that."""

import ctypes
import errno
import mmap
import os
from functools import lru_cache
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_POPULATE_READ = 22  # Python names it from 3.14 on
# Disks of this machine. Elsewhere a file can become shorter while others read it, and touching what
# is gone kills the process.
_LOCAL = {"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"}


def mapped(descriptor: int) -> memoryview:
    """Return all of a file as private memory: writing to it changes neither file nor other maps.

    It stays valid when the file is unlinked. Nobody may write to the file or shorten it.
    """
    size_bytes = os.fstat(descriptor).st_size
    if not size_bytes:
        return memoryview(bytearray())
    return memoryview(mmap.mmap(descriptor, size_bytes, access=mmap.ACCESS_COPY))


def read_ahead(view: memoryview, start: int, stop: int) -> None:
    """Bring a part of what `mapped` returned into memory, unless it is there, with one request.

    Touching it would bring it in a few pages at a time, which takes a third longer. Kernels before
    Linux 5.14 leave it to that.

    Raises:
        OSError: the disk cannot read it; touching it would kill the process.
    """
    pages, first = view.obj, start - start % mmap.PAGESIZE
    if not isinstance(pages, mmap.mmap) or _is_resident(view[first:stop]):
        return
    try:
        pages.madvise(_POPULATE_READ, first, stop - first)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise


def _is_resident(pages: memoryview) -> bool:
    """Return whether the kernel has every page; also when it does not tell."""
    found = bytearray(-(-len(pages) // mmap.PAGESIZE))
    first, answer = ctypes.c_char.from_buffer(pages), ctypes.c_char.from_buffer(found)
    failed = _libc().mincore(ctypes.byref(first), ctypes.c_size_t(len(pages)), ctypes.byref(answer))
    return bool(failed) or 0 not in found


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


@lru_cache(maxsize=64)
def may_be_mapped(folder: Path) -> bool:
    """Return whether files in ``folder`` lie on a disk of this machine, as far as it says so."""
    try:
        lines = _MOUNTS.read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return False
    mounts = dict(map(_mount, lines))
    places = [folder, *folder.parents]
    found = next((mounts[str(place)] for place in places if str(place) in mounts), "")
    return found in _LOCAL


def _mount(line: str) -> tuple[str, str]:
    """Return mount point and type; blanks in the former are written as octal escapes."""
    place, _, kind = line.partition(" - ")
    escaped = place.split(" ")[4].encode("ascii", "backslashreplace")
    return escaped.decode("unicode_escape"), kind.partition(" ")[0]
