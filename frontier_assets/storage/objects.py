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
    BlobChangedError,
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
    Each,
    checked_blob_name,
)
from frontier_assets.storage.collecting import CollectingWriter
from frontier_assets.storage.object_failures import Service, translated

if TYPE_CHECKING:
    from obstore import GetResult, UpdateVersion
    from obstore.store import ObjectStore

_PIECE_BYTES = 1 << 20
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
        found = self._found(name, offset, length)
        if found is None:
            return memoryview(bytearray())
        start, end = found.range
        # The caller's memory is writable, which obstore's own is not.
        view = np.empty(end - start, np.uint8).data
        return view[: self._copy(found, view, None)]

    @override
    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        found = self._found(name, offset, len(target))
        return 0 if found is None else self._copy(found, target, each)

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        from obstore.exceptions import PreconditionError  # noqa: PLC0415

        checked_blob_name(name)
        token = secrets.token_hex(16)
        with self._missing_is_an_error(name):
            found = self.objects.get(name)
            if found.bytes() != expected:
                raise BlobChangedError(name, self.url)
            version: UpdateVersion = {"e_tag": found.meta["e_tag"]}
            try:
                self.objects.put(name, data, mode=version, attributes={_WRITER: token})
            except PreconditionError as error:
                if self.writer(name) != token:
                    raise BlobChangedError(name, self.url) from error

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

    def writer(self, name: str) -> str | None:
        """Return the token of whoever wrote the blob.

        A request that is repeated because its answer was lost meets its own blob.
        """
        return self.objects.get(name, options={"head": True}).attributes.get(_WRITER)

    def _found(self, name: str, offset: int, length: int | None) -> "GetResult | None":
        """Return the service's answer for a range; None where the blob has nothing in it."""
        checked_blob_name(name)
        if length == 0:
            self.size(name)
            return None
        try:
            with self._missing_is_an_error(name):
                return self._asked(name, offset, length)
        except StoreUnavailableError:
            # Services refuse a range that begins at the end or beyond it, each in its own words.
            if not offset or offset < self.size(name):
                raise
            return None

    def _asked(self, name: str, offset: int, length: int | None) -> "GetResult":
        if length is not None:
            return self.objects.get(name, options={"range": (offset, offset + length)})
        if offset:
            return self.objects.get(name, options={"range": {"offset": offset}})
        return self.objects.get(name)

    def _copy(self, found: "GetResult", target: memoryview, each: Each | None) -> int:
        done = 0
        with translated(self.service):
            for data in found.stream(_PIECE_BYTES):
                piece = target[done : done + len(data)]
                piece[:] = data
                if each is not None:
                    each(piece)
                done += len(data)
        return done

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
                if store.writer(self._name) != self._token:
                    raise BlobExistsError(self._name, store.url) from error
