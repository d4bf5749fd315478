"""Folders whose calls fail as those of a network do."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from typing_extensions import override

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.blob import BlobInfo, BlobWriter, Each
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
    def fill(
        self, name: str, target: memoryview, *, offset: int = 0, each: Each | None = None
    ) -> int:
        middle = len(target) // 2
        done = super().fill(name, target[:middle], offset=offset, each=each)
        self.fail(f"fill {name}")
        return done + super().fill(name, target[middle:], offset=offset + done, each=each)

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        self.fail(f"replace {name}")
        super().replace(name, data, expected=expected)

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
    """The first commit of each writer is carried out and its answer lost, or not carried out.

    So is the first replacement of all.
    """

    attempts = 0
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

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        self.attempts += 1
        if self.attempts > 1:
            return super().replace(name, data, expected=expected)
        if self.instead is not None:
            super().replace(name, self.instead, expected=expected)
        elif self.carried_out:
            super().replace(name, data, expected=expected)
        raise StoreUnavailableError(self.url, "connection reset", retryable=True)
