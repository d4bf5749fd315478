"""The contract of a storage backend: named blobs, seen whole or not at all.

A backend or a wrapper (encryption, caching, retries) implements `BlobStore`; nothing above this
module knows which one it is talking to.
"""

import dataclasses
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from typing_extensions import Buffer

from frontier_assets.errors import InvalidValueError

# "=" is for listings of what others wrote: it is in the names that Lightning gives its checkpoints.
_NAME = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*")
_MAXIMUM_NAME_LENGTH = 900  # S3 and Azure stop at 1,024; a prefix in the URL needs room
# Measured on S3: single requests of 16 to 64 MiB are the fastest, and each is held in memory.
REMOTE_ROLL_BYTES = 32 << 20
# What is done with a piece as soon as it was read, such as hashing it.
Each = Callable[[memoryview], object]


@dataclasses.dataclass(frozen=True, slots=True)
class BlobInfo:
    """A committed blob as a listing shows it. ``modified_at`` is UTC."""

    name: str
    size_bytes: int
    modified_at: datetime


class BlobWriter(Protocol):
    """One blob, written by one thread at a time.

    Leaving the context without `commit` drops it.
    """

    def write(self, data: Buffer) -> None:
        """Append ``data`` (C-contiguous); it is no longer needed once this returns."""

    def commit(self) -> None:
        """Make the blob visible and durable, bytes first, then the name.

        It may be repeated after a retryable error.

        Raises:
            BlobExistsError: the name is taken. That blob is untouched, whole and durable.
        """

    def drop(self) -> None:
        """Give up what was written unless it was committed; the writer is of no use afterwards."""

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what was written unless it was committed."""
        self.drop()


class BlobStore(Protocol):
    """Named blobs that change by `replace` only, safe from several threads and processes.

    Names are relative paths as `checked_blob_name` accepts them; anything else raises
    `InvalidValueError`. ``url`` says where the blobs are and holds no credential.
    """

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the blobs are, without credentials."""

    @property
    def roll_bytes(self) -> int | None:
        """The size at which a pack is closed and another begun, or None to let it grow.

        A number where a blob is held in memory until its commit.
        """
        return None

    @property
    def source(self) -> "BlobStore":
        """The same blobs as the backend holds them: without what this store keeps nearby."""
        return self

    @abstractmethod
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        """Begin a blob. ``size_hint`` is an upper bound in bytes, reserved where that helps."""

    @abstractmethod
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        """Return up to ``length`` bytes from ``offset``; fewer where the blob ends earlier.

        The memory is the caller's own: nothing changes it later.

        Raises:
            BlobNotFoundError: there is no committed blob of this name.
        """

    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        """Read from ``offset`` into ``target`` (bytes); return how many the blob had for it.

        ``each`` is called once with every piece of ``target``, in order, right after it was filled:
        what it does with the bytes finds them in the processor's cache.

        Raises:
            BlobNotFoundError: there is no committed blob of this name.
        """
        data = self.read(name, offset=offset, length=len(target))
        filled = target[: len(data)]
        filled[:] = data
        if each is not None and filled:
            each(filled)
        return len(filled)

    def mapped(self, name: str) -> memoryview | None:  # noqa: ARG002 - few can
        """Return all of a blob as memory that is read when it is touched; None where none can.

        Writing to it changes no blob. Unlike what `read` returns it is not the caller's alone: it
        shows what somebody does to the blob behind the store's back.

        Raises:
            BlobNotFoundError: there is no committed blob of this name.
        """
        return None

    @abstractmethod
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        """Put ``data`` in the place of ``expected``, all that a small blob holds now.

        Readers see the one or the other, and the new one is durable when this returns. Of several
        callers that expect the same, one succeeds. It may be repeated after a retryable error.

        Raises:
            BlobNotFoundError: there is no committed blob of this name.
            BlobChangedError: it holds something else, which stays.
        """

    @abstractmethod
    def size(self, name: str) -> int:
        """Return the length in bytes, or raise `BlobNotFoundError`."""

    @abstractmethod
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """Yield every committed blob whose name starts with ``prefix``, in no stated order."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove a blob; a missing one is fine."""

    def sweep(self, before: datetime, *, dry_run: bool = False) -> int:  # noqa: ARG002 - see below
        """Remove what writers left that were killed before then, and return its size in bytes.

        No listing shows it. A writer at work cannot lose its blob while ``before`` lies further
        back than its last `BlobWriter.write`. Most stores leave nothing behind.
        """
        return 0


def checked_blob_name(name: str) -> str:
    """Return ``name``, or raise `InvalidValueError` where a backend could misread it."""
    if len(name) > _MAXIMUM_NAME_LENGTH or not _NAME.fullmatch(name):
        raise InvalidValueError(
            "Blob name",
            name,
            "expected letters, digits, '_', '-', '=' and '.' in segments joined by '/', none "
            f"of them starting with '.', at most {_MAXIMUM_NAME_LENGTH} characters",
        )
    return name
