"""Blobs as objects of a Google Cloud Storage bucket.

`google-cloud-storage` and not obstore, whose uploads the test server refuses. A blob is collected
in memory and sent by one conditional request, so it is seen whole or not at all.
"""

import contextlib
import io
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import Buffer, override

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    InvalidValueError,
)
from frontier_assets.storage.address import Address, parse_address
from frontier_assets.storage.blob import (
    REMOTE_ROLL_BYTES,
    BlobInfo,
    BlobStore,
    BlobWriter,
    checked_blob_name,
)
from frontier_assets.storage.collecting import CollectingWriter
from frontier_assets.storage.connections import GCSConnection
from frontier_assets.storage.gcs_connection import connect
from frontier_assets.storage.gcs_failures import bucket_missing, reachable
from frontier_assets.storage.gcs_upload import upload
from frontier_assets.storage.transport import CLEARTEXT, check_endpoint

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Bucket

_FORM = "gs://bucket/prefix, where needed with ?endpoint=http://host:port"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")  # Google's own rule
_WRITER = "frontier-writer"
_REQUEST_TIMEOUT_S = (5, 60)  # to connect; between two pieces of an answer
RETRY_S = 15.0  # how long a request is repeated while the service is unavailable


def open_store(
    location: str,
    *,
    root: Path | None,  # noqa: ARG001 - every backend
    connection: GCSConnection | None = None,
) -> BlobStore:
    """Open ``//bucket/prefix``, with ``?endpoint=`` for a server without authentication.

    Without that the client of ``connection`` asks, or one with the environment's credentials.

    Raises:
        InvalidValueError: it is not of this form.
    """
    address = parse_address(
        "gs",
        location,
        form=_FORM,
        options=[CLEARTEXT, "endpoint"],
        credentials="they come from GOOGLE_APPLICATION_CREDENTIALS or gcloud's own login",
    )
    endpoint = address.options.get("endpoint", "https:")
    if not _BUCKET.fullmatch(address.host) or not endpoint.startswith(("http:", "https:")):
        raise InvalidValueError("Store URL", address.url, f"expected {_FORM}")
    check_endpoint(address, endpoint)
    return GCSBlobStore(address, connection)


class GCSBlobStore(BlobStore):
    """Blobs under a prefix of a bucket that exists; nothing is asked before the first use."""

    def __init__(self, address: Address, connection: GCSConnection | None) -> None:
        self._address, self._connection = address, connection
        self._prefix = f"{address.path}/" if address.path else ""
        self._opened: tuple[int, Bucket] | None = None

    @property
    @override
    def url(self) -> str:
        return self._address.url

    @property
    @override
    def roll_bytes(self) -> int | None:
        return REMOTE_ROLL_BYTES

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        return _GCSWriter(self, checked_blob_name(name))

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        from google.api_core.exceptions import RequestRangeNotSatisfiable  # noqa: PLC0415

        if length == 0:
            self.size(name)
            return memoryview(bytearray())
        content = io.BytesIO()
        with self._missing_is_an_error(name), contextlib.suppress(RequestRangeNotSatisfiable):
            self.object(name).download_to_file(
                content,
                start=offset or None,
                end=None if length is None else offset + length - 1,
                raw_download=True,
                **self.patience(),
            )
        return content.getbuffer()

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        found = self.object(name)
        with self._missing_is_an_error(name):
            found.reload(**self.patience())
        # No generation comes twice: while it is this one, the content is the one that is read.
        known = self.read(name) == expected
        if not known or not self.put(name, data, secrets.token_hex(16), found.generation):
            raise BlobChangedError(name, self.url)

    @override
    def size(self, name: str) -> int:
        found = self.object(name)
        with self._missing_is_an_error(name):
            found.reload(**self.patience())
        return int(found.size)

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        with reachable(self.url):
            for found in self._listing(prefix):
                name = found.name.removeprefix(self._prefix)
                # Consoles make objects such as "packs/", which nobody could read as a blob.
                with contextlib.suppress(InvalidValueError):
                    yield BlobInfo(checked_blob_name(name), int(found.size), found.updated)

    @override
    def delete(self, name: str) -> None:
        with contextlib.suppress(BlobNotFoundError), self._missing_is_an_error(name):
            self.object(name).delete(**self.patience())

    def object(self, name: str) -> "Blob":
        """Return the client's own object for ``name``; nothing is asked."""
        return self._open().blob(self._prefix + checked_blob_name(name))

    def put(self, name: str, content: Buffer, token: str, generation: int = 0) -> bool:
        """Make the object of ``name``, marked with its writer's ``token``.

        Return False where the present one is not of ``generation``; 0 stands for none.
        """
        from google.api_core.exceptions import PreconditionFailed  # noqa: PLC0415

        with self._missing_is_an_error(name):
            path, metadata = self._prefix + name, {_WRITER: token}
            try:
                upload(
                    self._open(), path, content, metadata, generation=generation, **self.patience()
                )
            except PreconditionFailed:
                # A request that is repeated because its answer was lost meets its own object.
                present = self.object(name)
                present.reload(**self.patience())
                return dict(present.metadata or {}).get(_WRITER) == token
        return True

    def patience(self) -> dict[str, Any]:
        """Return how long one request may take, and all its repetitions."""
        from google.cloud.storage.retry import DEFAULT_RETRY  # noqa: PLC0415

        retry = DEFAULT_RETRY.with_delay(initial=0.1, maximum=2.0).with_timeout(RETRY_S)
        return {"retry": retry, "timeout": _REQUEST_TIMEOUT_S}

    def _open(self) -> "Bucket":
        # A forked process must not speak over the connections of the one it came from.
        if self._opened is None or self._opened[0] != os.getpid():
            with reachable(self.url):
                client = connect(self._address.options.get("endpoint"), self._connection)
                self._opened = os.getpid(), client.bucket(self._address.host)
        return self._opened[1]

    def _listing(self, prefix: str, limit: int | None = None) -> "Iterator[Blob]":
        found: Iterator[Blob] = self._open().list_blobs(
            prefix=self._prefix + prefix,
            fields="items(name,size,updated),nextPageToken",
            max_results=limit,
            **self.patience(),
        )
        return found

    @contextlib.contextmanager
    def _missing_is_an_error(self, name: str) -> Iterator[None]:
        from google.api_core.exceptions import NotFound  # noqa: PLC0415

        with reachable(self.url):
            try:
                yield
            except NotFound as error:
                # The service says the same of a missing bucket, unless that is what is listed.
                try:
                    list(self._listing("", limit=1))
                except NotFound as none:
                    raise bucket_missing(self.url, self._address.host) from none
                raise BlobNotFoundError(name, self.url) from error


class _GCSWriter(CollectingWriter):
    def __init__(self, store: GCSBlobStore, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name
        self._token = secrets.token_hex(16)

    @override
    def commit(self) -> None:
        if not self._store.put(self._name, self.content, self._token):
            raise BlobExistsError(self._name, self._store.url)
