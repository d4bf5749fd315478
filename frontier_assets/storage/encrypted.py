"""A store that encrypts names and contents before another store sees them.

Stored names are keyed hashes. A listing gives the logical names from the encrypted ones in the
headers, one small read per blob that this process has not seen yet; the rejected alternative, an
index blob, would have to be changed with each write, and blobs never change. Sizes, times and
whether a blob is a pack or a manifest are not hidden.
"""

import contextlib
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from typing_extensions import override

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    IntegrityError,
)
from frontier_assets.storage import key_ring
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter, checked_blob_name
from frontier_assets.storage.key_file import KeyFile
from frontier_assets.storage.key_ring import KeyRing
from frontier_assets.storage.sealed_reading import read_range
from frontier_assets.storage.sealed_writing import SealingWriter, sealed_blob
from frontier_assets.storage.sealing import HEADER_BYTES, Sealed, plain_size, stored_size
from frontier_assets.storage.wrapper import WrappingBlobStore

# A header is 1 KiB and its cipher about as much.
_REMEMBERED_HEADERS = 20_000
_LISTING_THREADS = 16
_LISTING_BATCH = 256


class EncryptedBlobStore(WrappingBlobStore):
    """Blobs of another store, encrypted under the keys of ``key_file``.

    The store gets its keys with the first write, and with the first write under a new current key
    it is opened to that one too: rotating is putting a new key on top of the file. `retire_others`
    then makes the other keys useless.

    Each method raises `EncryptionKeyError` when no key of the file opens the store, and
    `IntegrityError` when what is stored was changed.
    """

    def __init__(self, blobs: BlobStore, key_file: KeyFile) -> None:
        super().__init__(blobs)
        self._key_file = key_file
        self._loaded: KeyRing | None = None
        self._established: KeyRing | None = None
        self._headers: dict[str, Sealed] = {}

    @override
    def around(self, blobs: BlobStore) -> Self:
        wrapper = super().around(blobs)
        wrapper._headers = {}  # noqa: SLF001 - its own, of the other store
        return wrapper

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        checked_blob_name(name)
        ring = self._writing_ring()
        hint = None if size_hint is None else stored_size(size_hint)
        with self._named(name):
            writer = self._blobs.create(ring.stored_name(name), size_hint=hint)
        return SealingWriter(Sealed.new(name, ring), writer)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        stored = self._stored_name(name)
        with self._named(name):
            while True:
                sealed = self._header(stored, name)
                try:
                    return self._read(name, stored, sealed, offset, length)
                except IntegrityError:
                    # A blob that was written anew has another header, and other keys.
                    self._headers.pop(stored, None)
                    if self._header(stored, name).header == sealed.header:
                        raise

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        stored, source = self._stored_name(name), self.source
        with self._named(name):
            # Taken before it is decrypted: what is replaced is then what was compared.
            present = bytes(self._blobs.source.read(stored))
            if source.read(name) != expected:
                raise BlobChangedError(name, self.url)
            content = sealed_blob(Sealed.new(name, self._writing_ring()), data)
            self._blobs.replace(stored, content, expected=present)
        self._headers.pop(stored, None)

    @override
    def size(self, name: str) -> int:
        stored = self._stored_name(name)
        with self._named(name):
            return self._plain_size(name, self._blobs.size(stored))

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        if self._ring() is None:
            return
        groups = key_ring.groups_of(prefix)
        infos = (info for group in groups for info in self._blobs.list(f"{group}/"))
        with ThreadPoolExecutor(_LISTING_THREADS) as threads:
            while batch := [*itertools.islice(infos, _LISTING_BATCH)]:
                for info in threads.map(self._logical, batch):
                    if info is not None and info.name.startswith(prefix):
                        yield info

    @override
    def delete(self, name: str) -> None:
        try:
            stored = self._stored_name(name)
        except BlobNotFoundError:
            return
        self._blobs.delete(stored)
        self._headers.pop(stored, None)

    @property
    def current_key_id(self) -> str:
        """The public name of the key that everything new is written under."""
        return self._key_file.current.id.hex()

    def adopt_current(self) -> None:
        """Let the current key open the store, beside the keys that do already."""
        self._writing_ring()

    def retire_others(self) -> set[str]:
        """Make the current key the only one that opens the store; return the ids of the others."""
        return key_ring.retire_others(self._blobs, self._key_file)

    def _writing_ring(self) -> KeyRing:
        if self._established is None:
            self._established = key_ring.establish(self._blobs, self._key_file)
        return self._established

    def _ring(self) -> KeyRing | None:
        """Return the keys for reading; None while the store is empty and has none."""
        if self._established is None and self._loaded is None:
            self._loaded = key_ring.load(self._blobs, self._key_file)
        return self._established or self._loaded

    def _stored_name(self, name: str) -> str:
        checked_blob_name(name)
        ring = self._ring()
        if ring is None:
            raise BlobNotFoundError(name, self.url)
        return ring.stored_name(name)

    def _read(
        self, name: str, stored: str, sealed: Sealed, offset: int, length: int | None
    ) -> memoryview:
        if sealed.name != name:
            raise IntegrityError(f"blob {name}", self.url, "another blob lies under its name")
        return read_range(self._blobs, stored, sealed, offset, length)

    def _header(self, stored: str, shown: str) -> Sealed:
        """Return the header of the blob ``stored``, which errors call ``shown``."""
        found = self._headers.get(stored)
        if found is None:
            data = bytes(self._blobs.read(stored, length=HEADER_BYTES))
            found = self._parsed(shown, data)
            if len(self._headers) >= _REMEMBERED_HEADERS:
                self._headers.clear()
            self._headers[stored] = found
        return found

    def _parsed(self, shown: str, data: bytes) -> Sealed:
        ring = self._ring()
        if ring is None:
            raise BlobNotFoundError(shown, self.url)
        return Sealed.parse(data, ring, where=f"blob {shown}", url=self.url)

    def _logical(self, info: BlobInfo) -> BlobInfo | None:
        """Return what a listing shows of a stored blob; None when it was deleted meanwhile."""
        try:
            sealed = self._header(info.name, info.name)
        except BlobNotFoundError:
            return None
        ring = self._ring()
        if ring is None or ring.stored_name(sealed.name) != info.name:
            raise IntegrityError(f"blob {sealed.name}", self.url, "it lies under another name")
        size_bytes = self._plain_size(sealed.name, info.size_bytes)
        return BlobInfo(sealed.name, size_bytes, info.modified_at)

    def _plain_size(self, name: str, stored_bytes: int) -> int:
        size_bytes = plain_size(stored_bytes)
        if size_bytes is None:
            raise IntegrityError(f"blob {name}", self.url, f"it ends after {stored_bytes} bytes")
        return size_bytes

    @contextlib.contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """Let errors of the store behind name the blob as the caller does."""
        try:
            yield
        except BlobNotFoundError as error:
            raise BlobNotFoundError(name, self.url) from error
        except BlobExistsError as error:
            raise BlobExistsError(name, self.url) from error
        except BlobChangedError as error:
            raise BlobChangedError(name, self.url) from error
