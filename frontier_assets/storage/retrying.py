"""A store that tries again after errors that pass by themselves, and after no others."""

import dataclasses
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from blake3 import blake3
from typing_extensions import Buffer, override

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    FrontierAssetsError,
)
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter, Each
from frontier_assets.storage.wrapper import WrappingBlobStore, WrappingWriter

_COMPARED_BYTES = 8 << 20
_RANDOM = secrets.SystemRandom()
_Result = TypeVar("_Result")


@dataclasses.dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Up to ``attempts`` tries; before each new one a random wait that may double each time.

    A wait is uniform between 0 and its limit ("full jitter"), so that clients that failed together
    do not come back together. Source: Brooker (2015), AWS Architecture Blog, "Exponential Backoff
    And Jitter".
    """

    attempts: int = 6
    first_delay_s: float = 0.2
    maximum_delay_s: float = 10.0

    def delay_s(self, attempt: int) -> float:
        """Return how long to wait after the failed ``attempt``, counted from 1."""
        limit = min(self.maximum_delay_s, self.first_delay_s * 2.0 ** (attempt - 1))
        return _RANDOM.uniform(0.0, limit)


class RetryingBlobStore(WrappingBlobStore):
    """Repeats what failed with a ``retryable`` error; any other error passes at once.

    The last error passes when no attempt is left.
    """

    def __init__(self, blobs: BlobStore, policy: RetryPolicy | None = None) -> None:
        super().__init__(blobs)
        self._policy = policy or RetryPolicy()

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        writer = self.attempted(lambda: self._blobs.create(name, size_hint=size_hint))
        return _RetryingWriter(self, name, writer)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        return self.attempted(lambda: self._blobs.read(name, offset=offset, length=length))

    @override
    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        done = 0

        def filled(piece: memoryview) -> None:
            nonlocal done
            done += len(piece)
            if each is not None:
                each(piece)

        # An attempt goes on where the one before broke off, so that no piece comes twice.
        self.attempted(
            lambda: self._blobs.fill(name, target[done:], offset=offset + done, each=filled)
        )
        return done

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        self.settled(
            lambda: self._blobs.replace(name, data, expected=expected),
            refusal=BlobChangedError,
            is_done=lambda: self.read(name) == data,
        )

    @override
    def size(self, name: str) -> int:
        return self.attempted(lambda: self._blobs.size(name))

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        # A listing that broke off is begun again; what was yielded before is passed over.
        listing, seen = self._blobs.list(prefix), set[str]()

        def following() -> BlobInfo | None:
            nonlocal listing
            try:
                return next((info for info in listing if info.name not in seen), None)
            except FrontierAssetsError:
                listing = self._blobs.list(prefix)
                raise

        while (info := self.attempted(following)) is not None:
            seen.add(info.name)
            yield info

    @override
    def delete(self, name: str) -> None:
        self.attempted(lambda: self._blobs.delete(name))

    @override
    def sweep(self, before: datetime, *, dry_run: bool = False) -> int:
        return self.attempted(lambda: self._blobs.sweep(before, dry_run=dry_run))

    def attempted(self, action: Callable[[], _Result]) -> _Result:
        """Return what ``action`` returns, tried as often as the policy allows."""
        for attempt in range(1, self._policy.attempts):
            try:
                return action()
            except FrontierAssetsError as error:
                if not error.retryable:
                    raise
            time.sleep(self._policy.delay_s(attempt))
        return action()

    def settled(
        self,
        action: Callable[[], None],
        *,
        refusal: type[FrontierAssetsError],
        is_done: Callable[[], bool],
    ) -> None:
        """Do ``action`` as `attempted` does, where an attempt may succeed and its answer be lost.

        The next one meets a ``refusal`` then, and ``is_done`` says whether the work was done here.
        """
        answer_lost = False

        def attempt() -> None:
            nonlocal answer_lost
            try:
                action()
            except FrontierAssetsError as error:
                answer_lost = answer_lost or error.retryable
                raise

        try:
            self.attempted(attempt)
        except refusal:
            if not answer_lost or not is_done():
                raise


class _RetryingWriter(WrappingWriter):
    """Remembers the hash of what it wrote, to know its own blob when an answer was lost."""

    def __init__(self, store: RetryingBlobStore, name: str, writer: BlobWriter) -> None:
        super().__init__(writer)
        self._store, self._name = store, name
        self._hash, self._size_bytes = blake3(), 0

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        self._writer.write(view)
        if view.nbytes:
            self._hash.update(view.cast("B"))
            self._size_bytes += view.nbytes

    @override
    def commit(self) -> None:
        self._store.settled(self._writer.commit, refusal=BlobExistsError, is_done=self._is_stored)

    def _is_stored(self) -> bool:
        """Return whether the blob of this name holds what was written here."""
        found = blake3()
        try:
            if self._store.size(self._name) != self._size_bytes:
                return False
            for offset in range(0, self._size_bytes, _COMPARED_BYTES):
                found.update(self._store.read(self._name, offset=offset, length=_COMPARED_BYTES))
        except BlobNotFoundError:
            return False
        return found.digest() == self._hash.digest()
