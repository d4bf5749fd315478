"""Hash the parts of a save ahead of the one writer, and compress those that are new."""

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from blake3 import blake3
from typing_extensions import Buffer

from frontier_assets.storage.content import Content, Item
from frontier_assets.storage.layout import RAW, SHUFFLED

# Two threads hash several times faster than one disk takes the bytes.
_THREADS = 2
# Parts held at once besides the one being written: this bounds the memory of a save.
_AHEAD = 2
# Below this, handing a part to a thread takes longer than hashing it.
_IN_PLACE_BYTES = 256 << 10


class Known(Protocol):
    """Which contents the store holds already."""

    def __contains__(self, key: tuple[str, int], /) -> bool:
        """Return whether a content of this hash and length is stored."""


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A part that is ready to be written: ``stored`` is what its codec made of ``raw``."""

    item: Item
    content: Content
    raw: memoryview
    blake3: str
    stored: Buffer
    codec: str = RAW
    is_last: bool = True


def prepared(items: Iterable[Item], known: Known, *, compress: bool) -> Iterator[Prepared]:
    """Yield the parts of all ``items`` in order, prepared by threads a few parts ahead."""
    ahead: deque[Future[Prepared]] = deque()
    with ThreadPoolExecutor(_THREADS) as threads:
        for item in items:
            content = item.load()
            for start, length in item.spans():
                task = _Task(item, content, start, length, known, compress=compress)
                if length < _IN_PLACE_BYTES:
                    done: Future[Prepared] = Future()
                    done.set_result(task.run())
                    ahead.append(done)
                else:
                    ahead.append(threads.submit(task.run))
                del task
                if len(ahead) > _AHEAD:
                    yield ahead.popleft().result()
            del content
        while ahead:
            yield ahead.popleft().result()


@dataclasses.dataclass(frozen=True, slots=True)
class _Task:
    item: Item
    content: Content
    start: int
    length: int
    known: Known
    compress: bool = dataclasses.field(kw_only=True)

    def run(self) -> Prepared:
        raw = self.content.span(self.start, self.length)
        digest = blake3(raw).hexdigest()
        is_last = self.start + self.length == self.item.length
        if self.compress and (digest, self.length) not in self.known:
            from frontier_assets.storage.coding import compressed  # noqa: PLC0415 - see there

            smaller = compressed(raw, self.item.item_bytes)
            if smaller is not None:
                return Prepared(
                    self.item, self.content, raw, digest, smaller, SHUFFLED, is_last=is_last
                )
        return Prepared(self.item, self.content, raw, digest, raw, is_last=is_last)
