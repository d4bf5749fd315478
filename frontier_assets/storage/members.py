"""Files going into an artifact and coming out of it: their names, contents and hashes.

File-system changes are calls on the ``os`` module, as in the local backend.
"""

# ruff: noqa: PTH102, PTH103, PTH104, PTH106, PTH108 - see above
import contextlib
import errno
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from typing_extensions import Buffer

from frontier_assets.errors import InvalidValueError

_MAXIMUM_SEGMENT_BYTES = 255  # what ext4, xfs, APFS and NTFS accept
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F


class FileContent:
    """A file on disk, read once, span by span, and refused when it changes meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = _identity(path.stat())
        self.size_bytes = path.stat().st_size

    def span(self, start: int, length: int) -> memoryview:
        """Return ``length`` bytes from ``start``, in memory of their own."""
        view = np.empty(length, np.uint8).data
        with self.path.open("rb", buffering=0) as file:
            file.seek(start)
            done = 0
            while done < length and (count := file.readinto(view[done:])):
                done += count
        if done < length:
            raise self._changed()
        return view

    def check_unchanged(self) -> None:
        """Raise `InvalidValueError` when the file is not the one that was opened."""
        if _identity(self.path.stat()) != self._opened:
            raise self._changed()

    def _changed(self) -> InvalidValueError:
        return InvalidValueError(
            "File", str(self.path), "it changed while it was saved; write it whole, then save it"
        )


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def checked_member_name(name: str) -> str:
    """Return ``name``, or raise `InvalidValueError` unless it stays inside any folder."""
    segments = name.split("/")
    outside = any(segment in ("", ".", "..") for segment in segments)
    unsafe = "\\" in name or any(
        ord(letter) < _FIRST_PRINTABLE or ord(letter) == _DELETE for letter in name
    )
    if outside or unsafe or not all(_fits(segment) for segment in segments):
        raise InvalidValueError(
            "Member name",
            name,
            "expected a relative path with '/', without '.', '..', empty or overlong parts, "
            "backslashes and control characters",
        )
    return name


def checked_files(files: Mapping[str, Path]) -> dict[str, FileContent]:
    """Return the files by member name in sorted order; refuse what cannot be stored."""
    if not files:
        raise InvalidValueError("Files", {}, "expected at least one member name with its path")
    for name in files:
        above = [parent.as_posix() for parent in Path(checked_member_name(name)).parents]
        for folder in above:
            if folder in files:
                raise InvalidValueError(
                    "Member name", folder, f"'{name}' needs it to be a folder; rename one of them"
                )
    return {name: _content(name, Path(files[name])) for name in sorted(files)}


def write_files(folder: Path, members: Mapping[str, Iterable[Buffer]]) -> list[Path]:
    """Write ``members`` under ``folder``: all of them, or none when one cannot be produced.

    Everything lies complete and durable in a sibling folder before the first name appears. Files
    of the same names are replaced, other files stay.
    """
    target = Path(os.path.abspath(folder))  # noqa: PTH100 - `Path.absolute` keeps '..'
    if target.exists() and not target.is_dir():
        raise InvalidValueError("Folder", str(folder), "expected a folder, this is a file")
    os.makedirs(target.parent, exist_ok=True)
    staging = target.parent / f".{target.name}.{secrets.token_hex(8)}.partial"
    try:
        os.mkdir(staging)
        for name, chunks in members.items():
            _write_file(staging / name, chunks)
        _publish(staging, target, list(members))
    finally:
        _remove(staging)
    return [target / name for name in members]


def _fits(segment: str) -> bool:
    try:
        return len(segment.encode("utf-8")) <= _MAXIMUM_SEGMENT_BYTES
    except UnicodeEncodeError:
        return False


def _content(name: str, path: Path) -> FileContent:
    if not path.is_file():
        raise InvalidValueError(f"File for member '{name}'", str(path), "expected an existing file")
    return FileContent(path)


def _write_file(path: Path, chunks: Iterable[Buffer]) -> None:
    os.makedirs(path.parent, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(staging: Path, target: Path, names: list[str]) -> None:
    try:
        os.rename(staging, target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        for name in names:
            os.makedirs((target / name).parent, exist_ok=True)
            os.rename(staging / name, target / name)


def _remove(staging: Path) -> None:
    for folder, _, files in os.walk(staging, topdown=False):
        for file in files:
            os.unlink(Path(folder, file))
        with contextlib.suppress(OSError):
            os.rmdir(folder)
