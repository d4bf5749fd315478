"""Where other trainers write: a folder, read in place, or a bucket, copied to disk before it is."""

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from typing_extensions import override

from frontier_assets.errors import BlobNotFoundError, InvalidValueError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.local import folder_of
from frontier_assets.storage.local_files import usable
from frontier_assets.storage.retrying import RetryingBlobStore

_REMOTE = ("az", "gs", "s3")
_PIECE_BYTES = 16 << 20
# The newest releases of Transformers write elsewhere; some older ones renamed such a folder.
_UNFINISHED = ("tmp-checkpoint-",)


@dataclasses.dataclass(frozen=True, slots=True)
class FoundFile:
    """A file under its path in the place. ``modified`` changes with every write to it."""

    path: PurePosixPath
    size_bytes: int
    modified: str


class Place(Protocol):
    """What is watched. ``url`` says where it is and holds no credential."""

    @property
    def url(self) -> str:
        """Where it is."""

    def files(self) -> Iterator[FoundFile]:
        """Yield every file of it, in no stated order; nothing where it does not exist yet.

        Raises:
            StoreUnavailableError: it cannot be looked at.
        """

    def on_disk(self, files: Sequence[FoundFile]) -> contextlib.AbstractContextManager[Path]:
        """Give a folder in which ``files`` lie under their paths.

        Raises:
            InvalidValueError: one of them is gone, or another one by now.
        """


def open_place(location: str, *, root: Path | None) -> Place:
    """Return the place that the YAML names; a relative folder is below ``root``.

    Raises:
        InvalidValueError: the URL has another form, or a relative folder has no root.
    """
    scheme, _, path = location.partition(":")
    if scheme in _REMOTE:
        return _Bucket(RetryingBlobStore(open_blob_store(location, root=root)))
    return _Folder(folder_of(path if scheme == "file" else location, root=root))


class _Folder(Place):
    """Links are left out: they lead to what is found anyway, or out of the place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    @override
    def url(self) -> str:
        return f"file:{self._folder}"

    @override
    def files(self) -> Iterator[FoundFile]:
        with usable(self.url):
            for parent, folders, names in os.walk(self._folder, onerror=_unless_gone):
                folders[:] = [name for name in folders if _is_ours(name)]
                for name in filter(_is_ours, names):
                    path = Path(parent, name)
                    # A trainer may remove its oldest checkpoint at any time.
                    with contextlib.suppress(FileNotFoundError):
                        if not path.is_symlink():
                            status = path.stat()
                            changed = f"{status.st_mtime_ns}-{status.st_ino}"
                            relative = PurePosixPath(path.relative_to(self._folder).as_posix())
                            yield FoundFile(relative, status.st_size, changed)

    @override
    @contextlib.contextmanager
    def on_disk(self, files: Sequence[FoundFile]) -> Iterator[Path]:
        yield self._folder


class _Bucket(Place):
    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    @property
    @override
    def url(self) -> str:
        return self._blobs.url.partition("?")[0]

    @override
    def files(self) -> Iterator[FoundFile]:
        for blob in self._blobs.list():
            path = PurePosixPath(blob.name)
            if all(map(_is_ours, path.parts)):
                yield FoundFile(path, blob.size_bytes, blob.modified_at.isoformat())

    @override
    @contextlib.contextmanager
    def on_disk(self, files: Sequence[FoundFile]) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="frontier-watch-") as folder:
            for file in files:
                self._copy(file, Path(folder, file.path))
            yield Path(folder)

    def _copy(self, file: FoundFile, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with usable(self.url), target.open("wb") as copy:
            for offset in range(0, file.size_bytes, _PIECE_BYTES):
                length = min(_PIECE_BYTES, file.size_bytes - offset)
                try:
                    piece = self._blobs.read(str(file.path), offset=offset, length=length)
                except BlobNotFoundError:
                    piece = memoryview(b"")
                if len(piece) != length:
                    raise changed_meanwhile(str(file.path))
                copy.write(piece)


def changed_meanwhile(path: str) -> InvalidValueError:
    """Return the refusal of a file that was replaced or removed while it was read."""
    return InvalidValueError(
        "File", path, "it changed while it was read; it is taken up again when it is at rest"
    )


def _is_ours(name: str) -> bool:
    # A name that cannot be printed cannot be recorded either.
    return name.isprintable() and not name.startswith((".", *_UNFINISHED))


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
