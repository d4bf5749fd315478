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

from blake3 import blake3
from typing_extensions import override

from frontier_assets.errors import BlobChangedError, BlobNotFoundError, InvalidValueError
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter, Each, checked_blob_name
from frontier_assets.storage.local_files import fill, locked, read, sync_folder, usable
from frontier_assets.storage.local_writing import LocalWriter
from frontier_assets.storage.mapping import mapped, may_be_mapped

TEMPORARY_FOLDER = "tmp"
# Without space for a lock, what frees space goes on.
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def open_store(location: str, *, root: Path | None) -> BlobStore:
    """Open the folder that `folder_of` gives."""
    return LocalBlobStore(folder_of(location, root=root))


def folder_of(location: str, *, root: Path | None) -> Path:
    """Read ``relative/path`` (under ``root``), ``/absolute/path`` or ``///absolute/path``.

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
    return (root or Path("/")) / folder


class LocalBlobStore(BlobStore):
    """Blobs under ``root``, which is created by the first write.

    Needs a file system with hard links (ext4, xfs, btrfs, zfs, APFS, NFS have them). A save that is
    killed leaves its file in ``root/tmp``, where nothing reads and `sweep` deletes.
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
        return self._begin(name, size_hint)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        with self._opened(name) as descriptor:
            return read(descriptor, offset, length)

    @override
    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        with self._opened(name) as descriptor:
            return fill(descriptor, target, offset, each)

    @override
    def mapped(self, name: str) -> memoryview | None:
        with self._opened(name) as descriptor:
            return mapped(descriptor) if may_be_mapped(self.root) else None

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        with self._opened(name):
            pass  # nothing is made for a blob that is missing
        with usable(self.url), locked(self._lock_file(name)):
            with self._opened(name) as descriptor:
                present = read(descriptor, 0, None)
            if present != expected:
                raise BlobChangedError(name, self.url)
            with self._begin(name, len(data)) as writer:
                writer.write(data)
                writer.replace()

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
        path = self._path(name)
        with usable(self.url), contextlib.ExitStack() as until_gone:
            if not path.exists():
                return
            # Otherwise a `replace` that has compared the blob already would bring it back.
            try:
                until_gone.enter_context(locked(self._lock_file(name)))
            except OSError as error:
                if error.errno not in _NO_SPACE:
                    raise
            # Unlinked, never truncated: whoever has the file open or mapped keeps its bytes.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    @override
    def sweep(self, before: datetime, *, dry_run: bool = False) -> int:
        size_bytes = 0
        with usable(self.url), contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self.root / TEMPORARY_FOLDER):
                # A writer may end while others are looked at.
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and status.st_mtime < before.timestamp():
                        size_bytes += status.st_size
                        if not dry_run:
                            os.unlink(entry.path)
        return size_bytes

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

    def _begin(self, name: str, size_hint: int | None) -> LocalWriter:
        path = self._path(name)
        with usable(self.url):
            temporary = self._temporary(secrets.token_hex(16))
            return LocalWriter(self, name, path, temporary, size_hint)

    def _lock_file(self, name: str) -> Path:
        return self._temporary(f"{blake3(name.encode()).hexdigest()}.lock")

    def _temporary(self, file: str) -> Path:
        folder = self.root / TEMPORARY_FOLDER
        self.settle(folder)
        return folder / file

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        path = self._path(name)
        with self._missing_is_an_error(name):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                yield descriptor
            finally:
                os.close(descriptor)

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
