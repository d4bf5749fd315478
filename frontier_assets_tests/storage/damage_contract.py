"""What every store has to do with damage: each changed or missing byte is found and named."""

import dataclasses
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.layout import DIFFERENCES, RAW, SHUFFLED
from frontier_assets.storage.pack import HEADER_BYTES, padding
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.storage.stored import StoredArtifact, manifest_name
from frontier_assets.storage.wrapper import WrappingBlobStore
from frontier_assets.types import Digest
from frontier_assets_tests.storage.blobs import write
from frontier_assets_tests.storage.trees import read_everything, tree

ROLL_BYTES = 8 << 10
# Flips of a byte, and truncations.
COUNTS = [(100, 20), pytest.param(1_000, 200, marks=pytest.mark.slow)]


class SmallPacks(WrappingBlobStore):
    """Closes packs early, so that a small artifact has several, and entries of several parts."""

    @property
    @override
    def roll_bytes(self) -> int:
        return ROLL_BYTES


@dataclasses.dataclass(frozen=True)
class Damage:
    """What is wrong with ``blob``: the bits ``mask`` of one byte, or all bytes from there on."""

    blob: str
    at: int
    mask: int | None

    def done_to(self, data: bytes) -> bytes:
        if self.mask is None:
            return data[: self.at]
        return data[: self.at] + bytes([data[self.at] ^ self.mask]) + data[self.at + 1 :]


class DamageContract(ABC):
    """Subclass it besides the contract of stores; a wrapper also says what lies behind it."""

    @abstractmethod
    def open_store(self, folder: Path) -> BlobStore:
        """Open the store of this test."""

    def behind(self, blobs: BlobStore, name: str) -> tuple[BlobStore, str]:
        """Return the store that keeps the bytes of a blob, and its name there."""
        return blobs, name

    @pytest.mark.parametrize(("flips", "truncations"), COUNTS)
    def test_every_flipped_byte_and_every_truncation_is_found_and_named(
        self, tmp_path: Path, flips: int, truncations: int
    ) -> None:
        blobs = self.open_store(tmp_path)
        stored = stored_in_every_way(blobs)
        places = {name: self.behind(blobs, name) for name in stored.blobs}
        needed = {
            name: needed_offsets(stored, name) if place is blobs else range(place.size(inner))
            for name, (place, inner) in places.items()
        }
        damages = [*random_damages(needed, flips, truncations)]
        store, missed = ArtifactStore("default", blobs), list[tuple[Damage, str]]()
        for blob, group in groupby(sorted(damages, key=attrgetter("blob")), attrgetter("blob")):
            backend, inner = places[blob]
            original = bytes(backend.read(inner))
            for damage in group:
                put_anew(backend, inner, damage.done_to(original))
                missed += [(damage, how) for how in unnoticed(store, stored.digest, blob)]
            put_anew(backend, inner, original)
        assert missed == []
        assert len(damages) == flips + truncations
        store.verify(stored.digest)


def stored_in_every_way(blobs: BlobStore) -> StoredArtifact:
    """Save an artifact that has parts of each kind, in several packs and with padding."""
    store = ArtifactStore("default", SmallPacks(blobs), StoreOptions(compress=True))
    base, changed = (
        store.put(tree(*entries(number), structure={"epoch": number})).digest for number in (0, 1)
    )
    Rewriter(store.blobs).repack(changed, base=base)
    stored = ArtifactStore("default", blobs).open(changed)
    parts = [part for _, parts in stored._places.values() for part in parts]
    assert {part.codec for part in parts} >= {RAW, SHUFFLED}
    assert {part.codec for part in parts} & DIFFERENCES
    assert len(parts) > len(stored.entries)
    assert len(stored.blobs) > 3
    return stored


def entries(number: int) -> Iterator[Entry]:
    generator = np.random.default_rng(7)
    trained = generator.normal(size=4_000).astype(np.float32)
    trained += np.float32(1e-5 * number) * generator.normal(size=4_000).astype(np.float32)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "trained": trained,
        f"counts {number}": np.arange(600 * number, 600 * number + 600, dtype=np.int64),
        "noise": np.random.default_rng(number).integers(0, 256, 1_500, dtype=np.uint8),
        "flag": np.array([number], dtype=np.uint8),
    }
    for name, array in arrays.items():
        yield Entry(name, array.dtype.name, array.shape, partial(array.__getattribute__, "data"))


def needed_offsets(stored: StoredArtifact, blob: str) -> Sequence[int]:
    """Return the bytes of a blob that the artifact needs: others of a pack may be another's."""
    if blob == manifest_name(stored.digest):
        return range(stored._reader.packs._blobs.size(blob))
    found = [*range(HEADER_BYTES)]
    for at in stored.locations:
        if at.pack == blob:
            found += range(at.offset, at.offset + at.length + padding(at.length))
    return sorted(found)


def random_damages(
    offsets: Mapping[str, Sequence[int]], flips: int, truncations: int
) -> Iterator[Damage]:
    """Choose blobs, so that a small one is hit as often as a large one, and a place in each."""
    chosen = random.Random(20)
    names = sorted(offsets)
    for number in range(flips + truncations):
        blob = chosen.choice(names)
        mask = chosen.randrange(1, 256) if number < flips else None
        yield Damage(blob, chosen.choice(offsets[blob]), mask)


def put_anew(blobs: BlobStore, name: str, data: bytes) -> None:
    blobs.delete(name)
    write(blobs, name, data)


def unnoticed(store: ArtifactStore, digest: Digest, blob: str) -> Iterator[str]:
    """Yield each way to read an artifact whole that does not say that ``blob`` is damaged."""
    # What was read before may be remembered, the header of an encrypted blob for example.
    fresh = ArtifactStore("default", store.blobs.source)
    ways: dict[str, Callable[[], object]] = {
        "read": lambda: read_everything(fresh, digest),
        "verify": lambda: store.verify(digest),
    }
    for how, read in ways.items():
        try:
            read()
        except IntegrityError as error:
            if digest in str(error) and blob in str(error):
                continue
            yield f"{how}: {error}"
        else:
            yield how
