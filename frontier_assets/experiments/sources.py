"""Parquet files that somebody else writes, found where an experiment's design says."""

import contextlib
import hashlib
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from frontier_assets.errors import BlobNotFoundError, InvalidValueError
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.outside import SCHEMES, Outside

_ENDING = ".parquet"
# Looks every hour, as by default, find the copies of the look before.
_KEPT = timedelta(hours=2)
# Services date objects to the second: one that is younger may change and keep its date.
_SETTLED = timedelta(seconds=5)


def located(source: str, outside: Outside, root: Path | None, folder: Path) -> list[Path]:
    """Return the files of a ``source``, in order; what lies in a cloud is copied.

    A path or a glob is relative to ``root``, the project's. A file that was not written yet is no
    error: nothing was observed there. Copies lie in the project, where the next look finds those
    of objects that have not changed. Without a project that can be written they lie in ``folder``,
    which is the look's own.

    Raises:
        InvalidValueError: a URI holds nothing, or nothing that is Parquet, or what is written
            again while it is read.
    """
    scheme = source.partition(":")[0]
    if scheme in SCHEMES and scheme != "file":
        kept = folder
        if root is not None and os.access(root, os.W_OK):
            kept = root / ".frontier" / "observations"
        return _copied(source, outside, folder, kept)
    found = (root or Path.cwd()) / source.removeprefix("file:")
    if found.is_dir():
        return sorted(found.rglob(f"*{_ENDING}"))
    pattern = str(found.relative_to(found.anchor))
    return sorted(Path(found.anchor).glob(pattern))


def _copied(source: str, outside: Outside, folder: Path, kept: Path) -> list[Path]:
    objects = {name: uri for name, uri in outside.find(source).items() if name.endswith(_ENDING)}
    if not objects:
        raise InvalidValueError("Source", source, f"expected objects whose names end {_ENDING}")
    kept.mkdir(parents=True, exist_ok=True)
    paths = [_copy(outside, uri, folder, kept) for uri in objects.values()]
    _drop_unused(kept)
    return paths


def _copy(outside: Outside, uri: str, folder: Path, kept: Path) -> Path:
    """Return the copy of an object as it is now; that of an earlier look if there is one."""
    state = _state(outside, uri)
    name = hashlib.sha256(f"{uri}\n{state.size_bytes}\n{state.modified_at}".encode()).hexdigest()
    path = (kept if _is_settled(state) else folder) / f"{name}{_ENDING}"
    if path.exists():
        os.utime(path)
        return path
    # Another look may copy the same object: each renames its own.
    incoming = path.with_name(f"{folder.name}.incoming")
    with outside.file(uri) as read, incoming.open("wb") as written:
        shutil.copyfileobj(read, written)
    if _state(outside, uri) != state:  # read in pieces: some of one writing, some of another
        incoming.unlink()
        raise InvalidValueError(
            "Source", uri, "it was written again while it was read; write new objects beside it"
        )
    incoming.replace(path)
    return path


def _state(outside: Outside, uri: str) -> BlobInfo:
    store, blob = outside.open(uri)
    state = next((item for item in store.list(blob) if item.name == blob), None)
    if state is None:  # deleted since it was found
        raise BlobNotFoundError(blob, store=store.url)
    return state


def _is_settled(state: BlobInfo) -> bool:
    return datetime.now(UTC) - state.modified_at > _SETTLED


def _drop_unused(kept: Path) -> None:
    oldest = time.time() - _KEPT.total_seconds()
    for path in kept.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another look dropped it
            if path.stat().st_mtime < oldest:
                path.unlink()
