"""The writing of a blob in a folder: a temporary file that gets its name when it is whole."""

# ruff: noqa: PTH104, PTH108 - calls on `os`, see `local`
import contextlib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Buffer, override

from frontier_assets.errors import BlobExistsError
from frontier_assets.storage.blob import BlobWriter
from frontier_assets.storage.local_files import sync_folder, usable

if TYPE_CHECKING:
    from frontier_assets.storage.local import LocalBlobStore

# Linux moves at most 2 GiB - 4 KiB in one call; smaller pieces also let a signal in.
_PIECE_BYTES = 32 << 20
# Where reserving is impossible, writing without a reservation is as safe and a little slower.
_NO_RESERVATION = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENODEV}


class LocalWriter(BlobWriter):
    """A temporary file that becomes the blob by a hard link, which never replaces anything."""

    def __init__(
        self,
        store: "LocalBlobStore",
        name: str,
        path: Path,
        temporary: Path,
        size_hint: int | None,
    ) -> None:
        self._store, self._name, self._path, self._temporary = store, name, path, temporary
        self._written = self._flushed = 0
        self._descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with contextlib.ExitStack() as unless_reserved:
            unless_reserved.callback(self.drop)
            self._reserved = _reserve(self._descriptor, size_hint or 0)
            unless_reserved.pop_all()

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        if not view.nbytes:
            return
        view = view.cast("B")
        done = 0
        with usable(self._store.url):
            while done < len(view):
                piece = view[done : done + _PIECE_BYTES]
                count = os.pwrite(self._descriptor, piece, self._written)
                done += count
                self._written += count
                self._begin_writeback()

    @override
    def commit(self) -> None:
        with usable(self._store.url):
            self._commit()

    def replace(self) -> None:
        """Take the place of the blob of this name."""
        with usable(self._store.url):
            self._synchronise()
            os.rename(self._temporary, self._path)
            sync_folder(self._path.parent)

    def _commit(self) -> None:
        self._synchronise()
        self._store.settle(self._path.parent)
        try:
            os.link(self._temporary, self._path)
        except FileExistsError as error:
            # Whoever wrote it may not have come to this fsync yet, and the caller relies on it.
            sync_folder(self._path.parent)
            raise BlobExistsError(self._name, self._store.url) from error
        # From here on others may refer to the blob, so a failing fsync must not take it away.
        sync_folder(self._path.parent)

    def _synchronise(self) -> None:
        if self._reserved > self._written:
            os.ftruncate(self._descriptor, self._written)
        os.fsync(self._descriptor)

    def _begin_writeback(self) -> None:
        # The disk works while the next entries are hashed; otherwise all of it waits for the fsync.
        # The pages are dirty, so the advice starts their way out and drops none of them.
        pending = self._written - self._flushed
        if pending >= _PIECE_BYTES and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._descriptor, self._flushed, pending, os.POSIX_FADV_DONTNEED)
            self._flushed = self._written

    @override
    def drop(self) -> None:
        os.close(self._descriptor)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._temporary)


def _reserve(descriptor: int, size_bytes: int) -> int:
    """Allocate the upper bound at once: fewer extents, and a full disk is noticed early."""
    if not size_bytes or not hasattr(os, "posix_fallocate"):
        return 0
    try:
        os.posix_fallocate(descriptor, 0, size_bytes)
    except OSError as error:
        if error.errno not in _NO_RESERVATION:
            raise
        return 0
    return size_bytes
