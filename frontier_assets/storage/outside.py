"""Objects that lie outside the stores, by URI: found, hashed and read where they are."""

import hashlib
import io
import threading
from pathlib import Path

from blake3 import blake3
from typing_extensions import Buffer, override

from frontier_assets.errors import BlobNotFoundError, InvalidValueError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore, Each
from frontier_assets.storage.connections import Connections
from frontier_assets.storage.layout import Location, Part, Parts, is_outside
from frontier_assets.storage.local import folder_of
from frontier_assets.storage.manifest import EntryRecord
from frontier_assets.storage.members import checked_member_name
from frontier_assets.storage.retrying import RetryingBlobStore
from frontier_assets.storage.wrapper import WrappingBlobStore

SCHEMES = ("az", "file", "gs", "s3")
_PIECE_BYTES = 8 << 20


class Outside:
    """Finds and opens objects by URI. Thread-safe.

    A URI is one of a store, with its options, and the path of an object behind it:
    ``s3://bucket/models/model.onnx?region=eu-west-1`` or ``file:folder/model.onnx``.
    """

    def __init__(self, *, root: Path | None = None, connections: Connections | None = None) -> None:
        self._root, self._connections = root, connections
        self._opened: dict[str, BlobStore] = {}
        self._lock = threading.Lock()

    def find(self, uri: str) -> dict[str, str]:
        """Return the URI of the object, or of each object under the folder, by member name.

        Raises:
            InvalidValueError: the scheme is unknown, or nothing is there.
        """
        place, query = self._place(uri)
        parent, name = _split(place)
        if parent and name:
            store = self._store(parent, query)
            try:
                store.size(name)
            except BlobNotFoundError:
                pass
            else:
                return {name: _uri(store, name)}
        store = self._store(place.rstrip("/"), query)
        found = {info.name: _uri(store, info.name) for info in store.list()}
        if not found:
            raise InvalidValueError(
                "URI", uri, "nothing is there; expected an object, or a folder with objects"
            )
        return {checked_member_name(name): found[name] for name in sorted(found)}

    def open(self, uri: str) -> tuple[BlobStore, str]:
        """Return the store behind an object's URI, and the object's name there."""
        place, query = self._place(uri)
        parent, name = _split(place)
        return self._store(parent, query), name

    def file(self, uri: str) -> io.BufferedReader:
        """Return an object as a file that is read where it lies."""
        return io.BufferedReader(_ObjectFile(*self.open(uri)), _PIECE_BYTES)

    def hashed(self, name: str, uri: str) -> tuple[EntryRecord, Parts]:
        """Read an object once and return what a manifest says of it as the member ``name``."""
        content, sha256, length = blake3(), hashlib.sha256(), 0
        store, blob = self.open(uri)
        while piece := store.read(blob, offset=length, length=_PIECE_BYTES):
            content.update(piece)
            sha256.update(piece)
            length += len(piece)
        record = EntryRecord(
            name, "uint8", (length,), length, content.hexdigest(), sha256.hexdigest()
        )
        part = Part(length, record.blake3, Location(uri, 0, length))
        return record, (part,) if length else ()

    def beside(self, blobs: BlobStore) -> BlobStore:
        """Return ``blobs``, in which URIs are names as well."""
        return _WithOutside(blobs, self)

    def _place(self, uri: str) -> tuple[str, str]:
        scheme, separator, location = uri.partition(":")
        if not separator or scheme not in SCHEMES:
            known = ", ".join(f"{name}:" for name in SCHEMES)
            # The rest may hold a credential and stays out of the message.
            raise InvalidValueError("URI scheme", scheme if separator else "", f"known: {known}")
        location, separator, query = location.partition("?")
        if scheme == "file":
            slash = "/" if location.endswith("/") else ""
            location = f"{folder_of(location, root=self._root).absolute()}{slash}"
        return f"{scheme}:{location}", separator + query

    def _store(self, place: str, query: str) -> BlobStore:
        url = place + query
        with self._lock:
            if url not in self._opened:
                blobs = open_blob_store(url, root=self._root, connections=self._connections)
                local = place.startswith("file:")
                self._opened[url] = blobs if local else RetryingBlobStore(blobs)
            return self._opened[url]


class _WithOutside(WrappingBlobStore):
    def __init__(self, blobs: BlobStore, outside: Outside) -> None:
        super().__init__(blobs)
        self._outside = outside

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        blobs, name = self._behind(name)
        return blobs.read(name, offset=offset, length=length)

    @override
    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        blobs, name = self._behind(name)
        return blobs.fill(name, target, offset=offset, each=each)

    @override
    def size(self, name: str) -> int:
        blobs, name = self._behind(name)
        return blobs.size(name)

    def _behind(self, name: str) -> tuple[BlobStore, str]:
        return self._outside.open(name) if is_outside(name) else (self._blobs, name)


class _ObjectFile(io.RawIOBase):
    def __init__(self, blobs: BlobStore, name: str) -> None:
        self._blobs, self._name = blobs, name
        self._size, self._position = blobs.size(name), 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    @override
    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer).cast("B")
        wanted = min(len(target), self._size - self._position)
        if wanted <= 0:
            return 0
        filled = self._blobs.fill(self._name, target[:wanted], offset=self._position)
        self._position += filled
        return filled


def _split(place: str) -> tuple[str, str]:
    """Return where an object lies and its name; two empty texts where it can be none."""
    parent, _, name = place.rpartition("/")
    scheme, _, location = place.partition(":")
    has_parent = scheme == "file" or "/" in location.removeprefix("//").strip("/")
    return (parent, name) if has_parent and name else ("", "")


def _uri(store: BlobStore, name: str) -> str:
    place, separator, query = store.url.partition("?")
    return f"{place}/{name}{separator}{query}"
