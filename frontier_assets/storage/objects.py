"""Blobs as objects of a service that obstore speaks to; each service's module opens it.

A blob is collected in memory and sent by one conditional request, so it is seen whole or not at
all. What obstore raises becomes an error of this project here.
"""

import contextlib
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from frontier_assets.errors import (
    BlobExistsError,
    BlobNotFoundError,
    InvalidValueError,
    StoreUnavailableError,
)
from frontier_assets.storage.blob import (
    REMOTE_ROLL_BYTES,
    BlobInfo,
    BlobStore,
    BlobWriter,
    checked_blob_name,
)
from frontier_assets.storage.collecting import CollectingWriter
from frontier_assets.storage.object_failures import Service, translated

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_PIECE_BYTES = 8 << 20
_WRITER = "frontier_writer"  # Azure accepts identifiers only


class ObjectBlobStore(BlobStore):
    """Blobs in a container that exists; nothing is asked before the first use.

    ``objects`` has the URL's prefix applied.
    """

    def __init__(self, service: Service, objects: "ObjectStore") -> None:
        self.service, self.objects = service, objects

    @property
    @override
    def url(self) -> str:
        return self.service.url

    @property
    @override
    def roll_bytes(self) -> int:
        return REMOTE_ROLL_BYTES

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        return _ObjectWriter(self, checked_blob_name(name))

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        checked_blob_name(name)
        try:
            if length != 0:
                with self._missing_is_an_error(name):
                    return self._fetch(name, offset, length)
        except StoreUnavailableError:
            # Services refuse a range that begins at the end or beyond it, each in its own words.
            if not offset or offset < self.size(name):
                raise
        else:
            self.size(name)
        return memoryview(bytearray())

    @override
    def size(self, name: str) -> int:
        checked_blob_name(name)
        with self._missing_is_an_error(name):
            return self.objects.head(name)["size"]

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        # The service's own prefixes are whole folders.
        folder = prefix.rpartition("/")[0]
        found = iter(self.objects.list(folder or None))
        while True:
            with translated(self.service):
                batch = next(found, None)
            if batch is None:
                return
            for item in batch:
                # An object that somebody else put there under another kind of name is no blob.
                with contextlib.suppress(InvalidValueError):
                    name = checked_blob_name(item["path"])
                    if name.startswith(prefix):
                        yield BlobInfo(name, item["size"], item["last_modified"])

    @override
    def delete(self, name: str) -> None:
        checked_blob_name(name)
        with translated(self.service):
            try:
                self.objects.delete(name)
            except FileNotFoundError:
                self._check_container()

    def _fetch(self, name: str, offset: int, length: int | None) -> memoryview:
        if length is not None:
            found = self.objects.get(name, options={"range": (offset, offset + length)})
        elif offset:
            found = self.objects.get(name, options={"range": {"offset": offset}})
        else:
            found = self.objects.get(name)
        start, end = found.range
        # The caller's memory is writable, which obstore's own is not.
        view = np.empty(end - start, np.uint8).data
        done = 0
        for piece in found.stream(_PIECE_BYTES):
            view[done : done + len(piece)] = piece
            done += len(piece)
        return view[:done]

    @contextlib.contextmanager
    def _missing_is_an_error(self, name: str) -> Iterator[None]:
        with translated(self.service):
            try:
                yield
            except FileNotFoundError as error:
                self._check_container()
                raise BlobNotFoundError(name, self.url) from error

    def _check_container(self) -> None:
        """Raise when it is the container that is missing; the same answer stands for both."""
        next(iter(self.objects.list("none")), None)


class _ObjectWriter(CollectingWriter):
    def __init__(self, store: ObjectBlobStore, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name
        self._token = secrets.token_hex(16)

    @override
    def commit(self) -> None:
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        store = self._store
        with translated(store.service):
            try:
                # "create" is one request however large the blob is.
                store.objects.put(
                    self._name, self.content, mode="create", attributes={_WRITER: self._token}
                )
            except AlreadyExistsError as error:
                # A repeated request meets its own blob when only the first answer was lost.
                found = store.objects.get(self._name, options={"head": True})
                if found.attributes.get(_WRITER) != self._token:
                    raise BlobExistsError(self._name, store.url) from error
