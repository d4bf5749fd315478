"""Blobs as files under one folder, durable and visible only once they are whole.

File-system changes are calls on the ``os`` module, so that a test can stop after each of them.
"""

# ruff: noqa: PTH102, PTH108 - see above
import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from typing_extensions import Buffer, override

from frontier_assets.errors import (
    BlobExistsError,
    BlobNotFoundError,
    FrontierAssetsError,
    InvalidValueError,
    StoreUnavailableError,
)
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter, checked_blob_name

TEMPORARY_FOLDER = "tmp"
# Linux moves at most 2 GiB - 4 KiB in one call; smaller pieces also let a signal in.
_PIECE_BYTES = 32 << 20
# Where reserving is impossible, writing without a reservation is as safe and a little slower.
_NO_RESERVATION = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENODEV}


def open_store(location: str, *, root: Path | None) -> BlobStore:
    """Open ``relative/path`` (under ``root``), ``/absolute/path`` or ``///absolute/path``.

    Raises:
        InvalidValueError: it is none of these, or relative without a ``root``.
    """
    path = location.removeprefix("//") if location.startswith("///") else location
    if not path or path.startswith("//"):
        raise InvalidValueError(
            "Store URL", f"file:{location}", "expected file:relative/path or file:///absolute/path"
        )
    folder = Path(path).expanduser()
    if root is None and not folder.is_absolute():
        raise InvalidValueError(
            "Store URL", f"file:{location}", "a relative path needs a project root to start from"
        )
    return LocalBlobStore((root or Path("/")) / folder)


class LocalBlobStore(BlobStore):
    """Blobs under ``root``, which is created by the first write.

    Needs a file system with hard links (ext4, xfs, btrfs, zfs, APFS, NFS have them). A save that is
    killed leaves its file in ``root/tmp``, where nothing reads.
    """

    def __init__(self, root: Path) -> None:
        if root.exists() and not root.is_dir():
            raise InvalidValueError("Store folder", str(root), "expected a folder, this is a file")
        self.root = root.absolute()
        self._settled: set[Path] = set()

    @property
    @override
    def url(self) -> str:
        return f"file:{self.root}"

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        path = self._path(name)
        folder = self.root / TEMPORARY_FOLDER
        with usable(self.url):
            self.settle(folder)
            return _LocalWriter(self, name, path, folder / secrets.token_hex(16), size_hint)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        path = self._path(name)
        with self._missing_is_an_error(name):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                available = max(0, os.fstat(descriptor).st_size - offset)
                wanted = available if length is None else min(length, available)
                return _read_fully(descriptor, offset, wanted)
            finally:
                os.close(descriptor)

    @override
    def size(self, name: str) -> int:
        path = self._path(name)
        with self._missing_is_an_error(name):
            status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BlobNotFoundError(name, self.url)
        return status.st_size

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        parent = prefix.rpartition("/")[0]
        for folder, folders, files in os.walk(self._path(parent) if parent else self.root):
            if Path(folder) == self.root:
                folders[:] = [name for name in folders if name != TEMPORARY_FOLDER]
            folders.sort()
            for file in sorted(files):
                path = Path(folder, file)
                name = path.relative_to(self.root).as_posix()
                # A blob may be deleted while others are listed.
                with usable(self.url), contextlib.suppress(FileNotFoundError):
                    if name.startswith(prefix) and not file.startswith("."):
                        status = path.stat()
                        changed = datetime.fromtimestamp(status.st_mtime, UTC)
                        yield BlobInfo(name, status.st_size, changed)

    @override
    def delete(self, name: str) -> None:
        # Unlinked, never truncated: whoever has the file open or mapped keeps its bytes.
        with usable(self.url), contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(name))

    def settle(self, folder: Path) -> None:
        """Make ``folder`` exist durably, its parents too; cheap when it was done before."""
        if folder in self._settled and folder.is_dir():
            return
        if self.root in folder.parents or not folder.parent.is_dir():
            self.settle(folder.parent)
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)
        # Also when another process made it: that process may not have come to its fsync yet.
        # A parent that may not be read cannot be synchronised.
        with contextlib.suppress(PermissionError):
            sync_folder(folder.parent)
        self._settled.add(folder)

    def _path(self, name: str) -> Path:
        if checked_blob_name(name).split("/")[0] == TEMPORARY_FOLDER:
            raise InvalidValueError("Blob name", name, f"'{TEMPORARY_FOLDER}/' is the store's own")
        return self.root / name

    @contextlib.contextmanager
    def _missing_is_an_error(self, name: str) -> Iterator[None]:
        with usable(self.url):
            try:
                yield
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise BlobNotFoundError(name, self.url) from error


class _LocalWriter(BlobWriter):
    """A temporary file that becomes the blob by a hard link, which never replaces anything."""

    def __init__(
        self,
        store: LocalBlobStore,
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

    def _commit(self) -> None:
        if self._reserved > self._written:
            os.ftruncate(self._descriptor, self._written)
        os.fsync(self._descriptor)
        self._store.settle(self._path.parent)
        try:
            os.link(self._temporary, self._path)
        except FileExistsError as error:
            # Whoever wrote it may not have come to this fsync yet, and the caller relies on it.
            sync_folder(self._path.parent)
            raise BlobExistsError(self._name, self._store.url) from error
        # From here on others may refer to the blob, so a failing fsync must not take it away.
        sync_folder(self._path.parent)

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


def _read_fully(descriptor: int, offset: int, length: int) -> memoryview:
    # `np.empty` leaves the memory untouched; `bytearray` would write zeros to it first.
    view = np.empty(length, np.uint8).data
    os.lseek(descriptor, offset, os.SEEK_SET)
    done = 0
    while done < length:
        piece = view[done : done + _PIECE_BYTES]
        count = os.readv(descriptor, [piece])
        if not count:  # the file was cut short meanwhile: the caller sees fewer bytes
            break
        done += count
    return view[:done]
