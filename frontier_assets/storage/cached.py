"""A store that keeps what was read of another one in a cache."""

from typing_extensions import override

from frontier_assets.storage.blob import BlobStore, checked_blob_name
from frontier_assets.storage.cache import Cache
from frontier_assets.storage.wrapper import WrappingBlobStore


class CachedBlobStore(WrappingBlobStore):
    """Reads through a cache: a range that is there, or lies in what is, is read there.

    Only blobs whose names start with ``prefix`` are kept. They must not be replaced, nor deleted
    and written anew, while others read: a change elsewhere is not noticed. What is kept is what the
    store behind returned, so the cache belongs below encryption: then it holds no plaintext. A kept
    range that was damaged is read from the store behind again.
    """

    def __init__(self, blobs: BlobStore, cache: Cache, *, prefix: str = "") -> None:
        super().__init__(blobs)
        self._cache = cache
        self._prefix = prefix

    @property
    @override
    def source(self) -> BlobStore:
        return self._blobs.source

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        if not checked_blob_name(name).startswith(self._prefix):
            return self._blobs.read(name, offset=offset, length=length)
        found = self._cache.get(self._key(name), offset, length)
        if found is not None:
            return found
        data = self._blobs.read(name, offset=offset, length=length)
        is_last = length is None or len(data) < length
        self._cache.keep(self._key(name), offset, data, is_last=is_last)
        return data

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        try:
            super().replace(name, data, expected=expected)
        finally:
            self._cache.forget(self._key(name))

    @override
    def delete(self, name: str) -> None:
        self._blobs.delete(name)
        self._cache.forget(self._key(name))

    def _key(self, name: str) -> str:
        return f"{self._blobs.url}\n{name}"
