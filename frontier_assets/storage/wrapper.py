"""What wrappers have in common: a store and a writer that pass every call on."""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Self

from typing_extensions import Buffer, override

from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter


class WrappingBlobStore(BlobStore):
    """Does everything as the store behind it does; a wrapper overrides what it changes."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def around(self, blobs: BlobStore) -> Self:
        """Return this wrapper, with its settings, around another store."""
        wrapper = copy.copy(self)
        wrapper._blobs = blobs  # noqa: SLF001 - its own
        return wrapper

    @property
    @override
    def url(self) -> str:
        return self._blobs.url

    @property
    @override
    def roll_bytes(self) -> int | None:
        return self._blobs.roll_bytes

    @property
    @override
    def source(self) -> BlobStore:
        return self.around(self._blobs.source)

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        return self._blobs.create(name, size_hint=size_hint)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        return self._blobs.read(name, offset=offset, length=length)

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        self._blobs.replace(name, data, expected=expected)

    @override
    def size(self, name: str) -> int:
        return self._blobs.size(name)

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        return self._blobs.list(prefix)

    @override
    def delete(self, name: str) -> None:
        self._blobs.delete(name)

    @override
    def sweep(self, before: datetime, *, dry_run: bool = False) -> int:
        return self._blobs.sweep(before, dry_run=dry_run)


class WrappingWriter(BlobWriter):
    """Passes everything on to ``writer``."""

    def __init__(self, writer: BlobWriter) -> None:
        self._writer = writer

    @override
    def write(self, data: Buffer) -> None:
        self._writer.write(data)

    @override
    def commit(self) -> None:
        self._writer.commit()

    @override
    def drop(self) -> None:
        self._writer.drop()
