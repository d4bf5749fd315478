"""A registry with one model and one store whose clock the test turns, and what is done with them.

A content is a set of small numbers: each is one tensor, so contents share tensors.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import sqlalchemy as sa
from typing_extensions import override

from frontier_assets.registry import Registry
from frontier_assets.registry.tables import checkpoints, versions
from frontier_assets.registry.versions import NewVersion
from frontier_assets.storage.artifacts import ArtifactStore, StoredArtifact
from frontier_assets.storage.blob import BlobInfo, BlobStore, BlobWriter
from frontier_assets.storage.collect import saved_blobs
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.storage.wrapper import WrappingBlobStore
from frontier_assets.types import Checkpoint, Digest, Version
from frontier_assets.upkeep.collection import CollectedStore
from frontier_assets.upkeep.saving import Marks, recorded
from frontier_assets.upkeep.tenancy import announced
from frontier_assets.upkeep.upkeep import Upkeep
from frontier_assets_tests.storage.trees import floats, tree

MODEL, STORE = "m", "default"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Content = frozenset[int]


class Clock:
    """The time of a test: it stands until it is turned on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def turn(self, on: timedelta) -> None:
        self.now += on


class WatchedBlobStore(WrappingBlobStore):
    """Another store by a clock: what was written since is as young as the clock says.

    ``before_delete``, ``before_read`` (of a manifest) and ``after_list`` are called in their
    places; they may raise, and write.
    """

    def __init__(self, blobs: BlobStore, clock: Clock) -> None:
        super().__init__(blobs)
        self._clock = clock
        self._born = {info.name: info.modified_at for info in blobs.list()}
        self.before_delete: Callable[[str], None] = lambda _name: None
        self.before_read: Callable[[], None] = lambda: None
        self.after_list: Callable[[], None] = lambda: None

    @override
    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        self._born[name] = self._clock.now
        return super().create(name, size_hint=size_hint)

    @override
    def replace(self, name: str, data: bytes, *, expected: bytes) -> None:
        self._born[name] = self._clock.now
        super().replace(name, data, expected=expected)

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        if name.startswith("manifests/"):
            self.before_read()
        return super().read(name, offset=offset, length=length)

    @override
    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        for info in [*super().list(prefix)]:
            yield dataclasses.replace(info, modified_at=self._born[info.name])
        if prefix == "packs/":
            self.after_list()

    @override
    def delete(self, name: str) -> None:
        self.before_delete(name)
        super().delete(name)


class Kept:
    """Close it, or use it as a context manager."""

    def __init__(self, folder: Path, template: Path, url: str) -> None:
        path = Path(shutil.copy(template, folder / "registry.db"))
        self.registry = Registry.open(f"sqlite:///{path}")
        # No power fails here, and a schedule has hundreds of transactions.
        self.registry.close()
        sa.event.listen(
            self.registry._database.engine,
            "connect",
            lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"),
        )
        self.registry.models.ensure(MODEL, actor="ann")
        self.clock = Clock()
        self.stores = ArtifactStores({STORE: url}, root=folder)
        self.blobs = WatchedBlobStore(self.stores[STORE].blobs, self.clock)
        self.stores._opened[STORE] = ArtifactStore(STORE, self.blobs)
        self.upkeep = Upkeep(self.registry, self.stores, actor="ann")
        # As after a first save: some tests collect what was never recorded.
        announced(self.registry, self.store)

    @property
    def store(self) -> ArtifactStore:
        return self.stores[STORE]

    def marks(self) -> Marks:
        return Marks(self.registry.collection.marks())

    def put(self, content: Iterable[int], parents: Sequence[Digest] = ()) -> StoredArtifact:
        entries = [floats(f"t{number}", 8, start=number) for number in sorted(content)]
        return self.store.put(tree(*entries), parents=parents)

    def record(self, marks: Marks, stored: StoredArtifact, step: int) -> Checkpoint:
        return self.registry.checkpoints.add(
            MODEL,
            run="r",
            step=step,
            epoch=None,
            stored=marks.stored(stored),
            metrics={},
            parameters={},
            data_digests={},
            actor="ann",
        )

    def save(self, content: Iterable[int], step: int, parents: Sequence[Digest] = ()) -> Checkpoint:
        numbers = frozenset(content)
        return recorded(
            self.registry,
            self.stores,
            lambda marks: self.record(marks, self.put(numbers, parents), step),
        )

    def register(self, content: Iterable[int]) -> Version:
        numbers = frozenset(content)
        return recorded(
            self.registry,
            self.stores,
            lambda marks: self.registry.versions.register(
                NewVersion(model=MODEL, stored=marks.stored(self.put(numbers))), actor="ann"
            ),
        )

    def forget(self, step: int) -> None:
        with self.registry._database.write() as connection:
            connection.execute(sa.delete(checkpoints).where(checkpoints.c.step == step))

    def forget_version(self, number: str) -> None:
        with self.registry._database.write() as connection:
            connection.execute(sa.delete(versions).where(versions.c.number == number))

    def collect(self, grace: timedelta = DAY, *, dry_run: bool = False) -> CollectedStore:
        (found,) = self.upkeep.collect(dry_run=dry_run, grace=grace, now=self.clock.now)
        return found

    def collect_everything(self) -> None:
        """Let both grace periods pass, and again for packs that were half empty."""
        for _ in range(4):
            self.clock.turn(DAY)
            self.collect()

    def blob_names(self) -> set[str]:
        return set(saved_blobs(self.blobs))

    def live_names(self) -> set[str]:
        digests = self.registry.collection.reachable(STORE)
        return {name for digest in digests for name in self.store.open(digest).blobs}

    def holds(self, digest: Digest, content: Iterable[int]) -> bool:
        """Tell whether an artifact is there whole and is this content."""
        expected = {f"t{n}": (np.arange(8) + n).tolist() for n in content}
        found = self.store.open(digest).tensors()
        return {name: array.tolist() for name, array in found.items()} == expected

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.registry.close()


class PowerCutError(Exception):
    """The process ends here."""


@contextlib.contextmanager
def power_cut(kept: Kept, *, after_deletions: int) -> Iterator[None]:
    """End whatever deletes more blobs than that; it must."""
    deleted = 0

    def cut(_name: str) -> None:
        nonlocal deleted
        if deleted == after_deletions:
            raise PowerCutError
        deleted += 1

    kept.blobs.before_delete = cut
    try:
        yield
    except PowerCutError:
        pass
    finally:
        kept.blobs.before_delete = lambda _name: None
