"""Files as memory: pages of the file itself, where the file system can be trusted with that."""

import mmap
import os
from functools import lru_cache
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
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
