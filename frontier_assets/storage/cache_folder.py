"""A folder of byte ranges, bounded in bytes; what was used longest ago goes first.

A range is a file ``pieces/ab/<hash of the key>/<start>-<end>[.last]`` whose length its name tells;
``.last`` says that the blob ends there. Behind the bytes follow the blake3 hashes of their blocks,
so that a damaged file is told from a damaged blob: it is removed. Files appear by renaming and are
removed by unlinking, so readers need no lock. Writers hold one across processes, which makes the
bound strict.
"""

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import numpy as np
from blake3 import blake3
from filelock import FileLock
from typing_extensions import override

from frontier_assets.storage.cache import Cache

_LAST = ".last"
# A range within a file reads and hashes whole blocks.
_BLOCK_BYTES = 1 << 20
_HASH_BYTES = 32
# An eviction frees this much more than is needed: each one lists the whole folder.
_SLACK_FRACTION = 0.1
_log = logging.getLogger(__name__)


class CacheFolder(Cache):
    """A cache on a local file system; a folder that cannot be written keeps nothing."""

    def __init__(self, folder: Path, maximum_bytes: int) -> None:
        self._pieces, self.maximum_bytes = folder / "pieces", maximum_bytes
        self._temporary, self._total = folder / "incoming", folder / "total_bytes"
        self.folder, self._lock = folder, threading.Lock()
        self._warned = False

    @override
    def get(self, key: str, offset: int, length: int | None) -> memoryview | None:
        place = self._place(key)
        try:
            if length is not None and (place / f"{offset}-{offset + length}").exists():
                return _read(place / f"{offset}-{offset + length}", offset, length)
            for name in os.listdir(place):  # noqa: PTH208 - ten times faster than iterdir
                if _covers(name, offset, length):
                    return _read(place / name, offset, length)
        except OSError:  # evicted meanwhile, or not readable: the store behind has the bytes
            return None
        return None

    @override
    def keep(self, key: str, offset: int, data: memoryview, *, is_last: bool) -> None:
        hashes = _hashes(data)
        stored_bytes = len(data) + len(hashes)
        if not 0 < stored_bytes <= self.maximum_bytes:
            return
        target = self._place(key) / f"{offset}-{offset + len(data)}{_LAST if is_last else ''}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._lock, FileLock(self.folder / "lock"):
                self._make_room(stored_bytes)
                # After the eviction, which removes folders that it emptied.
                target.parent.mkdir(parents=True, exist_ok=True)
                with self._temporary.open("wb") as file:
                    file.write(data)
                    file.write(hashes)
                self._temporary.replace(target)
        except OSError as error:
            self._warn(error)

    @override
    def forget(self, key: str) -> None:
        place = self._place(key)
        for path in _files(place):
            path.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self._pieces / digest[:2] / digest

    def _make_room(self, size_bytes: int) -> None:
        """Reserve ``size_bytes``. A writer that dies leaves the total too high, never too low."""
        try:
            total = int(self._total.read_text("ascii"))
        except (FileNotFoundError, ValueError):
            total = self.maximum_bytes  # not known: counted by the eviction
        if total + size_bytes > self.maximum_bytes:
            total = self._evict(size_bytes)
        self._total.write_text(str(total + size_bytes), "ascii")

    def _evict(self, needed_bytes: int) -> int:
        """Remove the longest unused until there is room; return the bytes that stay."""
        self._temporary.unlink(missing_ok=True)
        found = sorted(_statuses(self._pieces), key=lambda item: item[0])
        total = sum(size_bytes for _, size_bytes, _ in found)
        room = self.maximum_bytes - needed_bytes
        if total <= room:
            return total
        goal = max(0, room - int(self.maximum_bytes * _SLACK_FRACTION))
        for _, size_bytes, path in found:
            if total <= goal:
                break
            path.unlink(missing_ok=True)
            total -= size_bytes
            with contextlib.suppress(OSError):  # others are still in it, or it is gone
                path.parent.rmdir()
        return total

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("Cache %s keeps nothing: %s", self.folder, error.strerror)


def _covers(name: str, offset: int, length: int | None) -> bool:
    span, _, suffix = name.partition(".")
    start, _, end = span.partition("-")
    if int(start) > offset:
        return False
    return suffix == _LAST[1:] or (length is not None and offset + length <= int(end))


def _read(path: Path, offset: int, length: int | None) -> memoryview | None:
    """Return a part of a range; None where its bytes are not what was kept, which removes it."""
    start, end = (int(part) for part in path.name.partition(".")[0].split("-"))
    size_bytes = end - start
    begin = min(offset - start, size_bytes)
    stop = size_bytes if length is None else min(begin + length, size_bytes)
    first, last = begin // _BLOCK_BYTES, -(-stop // _BLOCK_BYTES)
    from_byte, to_byte = first * _BLOCK_BYTES, min(last * _BLOCK_BYTES, size_bytes)
    with path.open("rb", buffering=0) as file:
        blocks = _range(file, from_byte, to_byte)
        hashes = _range(file, size_bytes + first * _HASH_BYTES, size_bytes + last * _HASH_BYTES)
        if hashes != _hashes(blocks) or os.fstat(file.fileno()).st_size != _stored(size_bytes):
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(PermissionError):  # another user's file: its turn comes earlier
            os.utime(file.fileno())
    return blocks[begin - from_byte : stop - from_byte]


def _range(file: FileIO, start: int, stop: int) -> memoryview:
    view = np.empty(max(0, stop - start), np.uint8).data
    done = 0
    file.seek(start)
    while done < len(view) and (count := file.readinto(view[done:])):
        done += count
    return view[:done]


def _hashes(data: memoryview) -> bytes:
    starts = range(0, len(data), _BLOCK_BYTES)
    return b"".join(blake3(data[start : start + _BLOCK_BYTES]).digest() for start in starts)


def _stored(size_bytes: int) -> int:
    return size_bytes + -(-size_bytes // _BLOCK_BYTES) * _HASH_BYTES


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _statuses(folder: Path) -> Iterator[tuple[int, int, Path]]:
    for path in _files(folder):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            yield status.st_mtime_ns, status.st_size, path
