"""Folders whose calls fail as those of a network do."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from typing_extensions import override

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.blob import BlobInfo, BlobWriter
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets_tests.storage.contract import write


class Unsteady(LocalBlobStore):
    """A folder whose calls fail ``failures`` times each before they succeed."""

    def __init__(self, root: Path, *, failures: int, retryable: bool = True) -> None:
        super().__init__(root)
        self._failures, self._retryable = failures, retryable
        self.calls: Counter[str] = Counter()
        self._of_threads: Counter[tuple[str, int]] = Counter()

    def fail(self, call: str) -> None:
        self.calls[call] += 1
        own = call, threading.get_ident()
        self._of_threads[own] += 1
        if self._of_threads[own] % (self._failures + 1):
            raise StoreUnavailableError(self.url, "connection reset", retryable=self._retryable)

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        self.fail(f"create {name}")
        return super().create(name, size_hint=size_hint)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        self.fail(f"read {name}")
        return super().read(name, offset=offset, length=length)

    @override
    def size(self, name: str) -> int:
        self.fail(f"size {name}")
        return super().size(name)

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        for count, info in enumerate(super().list(prefix)):
            if count == 1:
                self.fail(f"list {prefix}")
            yield info

    @override
    def delete(self, name: str) -> None:
        self.fail(f"delete {name}")
        super().delete(name)


class LosesAnswers(LocalBlobStore):
    """The first commit of each writer is carried out and its answer lost, or not carried out."""

    carried_out = True
    instead: bytes | None = None

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        writer = super().create(name, size_hint=size_hint)
        commit, attempts = writer.commit, [0]

        def lossy() -> None:
            attempts[0] += 1
            if attempts[0] > 1:
                return commit()
            if self.instead is not None:
                write(LocalBlobStore(self.root), name, self.instead)
            elif self.carried_out:
                commit()
            raise StoreUnavailableError(self.url, "connection reset", retryable=True)

        writer.commit = lossy  # type: ignore[method-assign]
        return writer
