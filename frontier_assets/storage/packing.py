"""The packs that one save fills: one that grows, or several that are sent as they become full."""

import contextlib
import secrets
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from typing_extensions import Buffer

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.blob import BlobStore, BlobWriter
from frontier_assets.storage.layout import Location
from frontier_assets.storage.pack import HEADER_BYTES, PackWriter, padding

# With the one being filled: four times `roll_bytes` are held at most.
_PACKS_ON_THEIR_WAY = 3


class Packs:
    """Packs of one save, in the order of its entries; leaving the context drops them.

    Where the store says `roll_bytes`, no pack is larger unless it is one entry, and full ones are
    committed in the background. Nothing refers to them yet: what is dropped is deleted again.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self.sizes: dict[str, int] = {}
        self._blobs = blobs
        self._open: tuple[PackWriter, BlobWriter] | None = None
        self._dropped = contextlib.ExitStack()
        self._threads: ThreadPoolExecutor | None = None
        self._sent: dict[str, Future[None]] = {}
        self._committed = False

    def append(self, chunks: Iterable[Buffer], length: int, *, remaining: int) -> Location:
        """Write an entry; ``remaining`` bounds what is still to come, this entry included."""
        if self._is_full(length + padding(length)):
            self._send()
        pack, _ = self._open or self._begin(remaining)
        location = pack.append(chunks, length)
        self.sizes[pack.name] = pack.size_bytes
        return location

    def commit(self) -> int:
        """Make every pack durable, and return their size in bytes."""
        if self._sent:
            self._send()
            self._wait(0)
        elif self._open:
            pack, blob = self._open
            pack.finish()
            blob.commit()
        self._committed = True
        return sum(self.sizes.values())

    def retract(self) -> None:
        """Delete what was committed; only right while no manifest refers to it."""
        for name in self.sizes:
            self._blobs.delete(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dropped.close()
        if self._threads:
            self._threads.shutdown()
        if not self._committed:
            # Where the store is gone, they are garbage that collection finds.
            with contextlib.suppress(StoreUnavailableError):
                for name in self._sent:
                    self._blobs.delete(name)

    def _is_full(self, more_bytes: int) -> bool:
        roll_bytes = self._blobs.roll_bytes
        if roll_bytes is None or self._open is None:
            return False
        size_bytes = self._open[0].size_bytes
        return size_bytes > HEADER_BYTES and size_bytes + more_bytes > roll_bytes

    def _begin(self, remaining: int) -> tuple[PackWriter, BlobWriter]:
        token = secrets.token_hex(16)
        name = f"packs/{token[:2]}/{token}"
        blob = self._blobs.create(name, size_hint=HEADER_BYTES + remaining)
        self._dropped.enter_context(blob)
        self._open = PackWriter(name, blob), blob
        return self._open

    def _send(self) -> None:
        if self._open is None:
            return
        pack, blob = self._open
        pack.finish()
        self._wait(_PACKS_ON_THEIR_WAY - 1)
        self._threads = self._threads or ThreadPoolExecutor(_PACKS_ON_THEIR_WAY)
        own = self._dropped.pop_all()
        self._sent[pack.name] = self._threads.submit(_commit, blob, own)
        self._open = None

    def _wait(self, allowed: int) -> None:
        """Return when at most ``allowed`` are on their way; raises what one of them raised."""
        for sent in list(self._sent.values())[: len(self._sent) - allowed]:
            sent.result()


def _commit(blob: BlobWriter, own: contextlib.ExitStack) -> None:
    with own:
        blob.commit()
