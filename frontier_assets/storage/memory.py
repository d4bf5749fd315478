"""Blobs in the memory of this process, for tests and notebooks: gone when it ends."""

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    InvalidValueError,
)
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter, checked_blob_name
from frontier_assets.storage.collecting import CollectingWriter


@dataclasses.dataclass(frozen=True, slots=True)
class _Blob:
    content: bytes
    created_at: datetime


_STORES: dict[str, dict[str, _Blob]] = {}
_LOCK = threading.Lock()


def open_store(location: str, *, root: Path | None) -> BlobStore:  # noqa: ARG001 - every backend
    """Open the store named ``location``: the same blobs whoever opens it in this process.

    Raises:
        InvalidValueError: there is no name, or it is none that a blob could have.
    """
    if not location:
        raise InvalidValueError("Store URL", "memory:", "expected memory:name")
    return MemoryBlobStore(checked_blob_name(location))


class MemoryBlobStore(BlobStore):
    """The blobs that this process keeps under ``name``; other processes see none of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        with _LOCK:
            self._blobs = _STORES.setdefault(name, {})

    @property
    @override
    def url(self) -> str:
        return f"memory:{self._name}"

    @property
    @override
    def roll_bytes(self) -> None:
        return None

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        return _MemoryWriter(self, checked_blob_name(name))

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        content = memoryview(self._find(name).content)
        end = len(content) if length is None else offset + length
        return memoryview(bytearray(content[offset:end]))

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        with _LOCK:
            if self._find(name).content != expected:
                raise BlobChangedError(name, self.url)
            self._blobs[name] = _Blob(bytes(data), datetime.now(UTC))

    @override
    def size(self, name: str) -> int:
        return len(self._find(name).content)

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        with _LOCK:
            found = sorted(self._blobs.items())
        for name, blob in found:
            if name.startswith(prefix):
                yield BlobInfo(name, len(blob.content), blob.created_at)

    @override
    def delete(self, name: str) -> None:
        with _LOCK:
            self._blobs.pop(checked_blob_name(name), None)

    def keep(self, name: str, content: bytes) -> None:
        """Make a blob of ``content``, or raise `BlobExistsError`."""
        with _LOCK:
            if name in self._blobs:
                raise BlobExistsError(name, self.url)
            self._blobs[name] = _Blob(content, datetime.now(UTC))

    def _find(self, name: str) -> _Blob:
        blob = self._blobs.get(checked_blob_name(name))
        if blob is None:
            raise BlobNotFoundError(name, self.url)
        return blob


class _MemoryWriter(CollectingWriter):
    def __init__(self, store: MemoryBlobStore, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name

    @override
    def commit(self) -> None:
        self._store.keep(self._name, bytes(self.content))
