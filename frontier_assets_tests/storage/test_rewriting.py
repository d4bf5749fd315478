"""Artifacts laid out again: smaller, or away from packs that are to go; the same artifacts."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import ArtifactNotFoundError, BlobChangedError, IntegrityError
from frontier_assets.storage.artifacts import ArtifactStore, Entry, Tree
from frontier_assets.storage.layout import DIFFERENCES, MAXIMUM_DEPTH, RAW, SHUFFLED, Part
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.stored import manifest_name
from frontier_assets.types import Digest
from frontier_assets_tests.storage.trees import (
    damage,
    open_store,
    packs,
    read_everything,
    small_tree,
    tree,
)

ROWS = 20_000


def raw(array: "np.ndarray[Any, Any]") -> memoryview:
    return memoryview(array.tobytes())


def trained(step: int) -> "np.ndarray[Any, Any]":
    """Return weights that change a little with every step."""
    random = np.random.default_rng(0)
    weights = random.standard_normal(ROWS).astype(np.float32)
    for _ in range(step):
        weights += 1e-5 * random.standard_normal(ROWS).astype(np.float32)
    return weights


def checkpoint(step: int) -> Tree:
    arrays = {
        "trained": trained(step),
        "frozen": np.random.default_rng(1).standard_normal(ROWS).astype(np.float32),
        "step": np.array([step]),
    }
    return tree(
        *[
            Entry(name, array.dtype.name, array.shape, partial(raw, array))
            for name, array in arrays.items()
        ]
    )


def saved(store: ArtifactStore, count: int) -> list[Digest]:
    digests: list[Digest] = []
    for step in range(count):
        digests.append(store.put(checkpoint(step), parents=digests[-1:]).digest)
    return digests


def repacked(store: ArtifactStore, digests: list[Digest]) -> None:
    rewriter, base = Rewriter(store.blobs), None
    for digest in digests:
        rewriter.repack(digest, base=base)
        base = digest


def parts(store: ArtifactStore, digest: Digest, name: str) -> tuple[Part, ...]:
    return store.open(digest)._places[name][1]


def needed_bytes(store: ArtifactStore, digests: list[Digest]) -> int:
    needed = {blob for digest in digests for blob in store.open(digest).blobs}
    return sum(info.size_bytes for info in store.blobs.list() if info.name in needed)


def test_repacking_makes_checkpoints_smaller_and_keeps_every_bit(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 12)
    before = [read_everything(store, digest) for digest in digests]
    size_before = needed_bytes(store, digests)
    repacked(store, digests)
    assert needed_bytes(store, digests) < 0.75 * size_before
    assert [read_everything(store, digest) for digest in digests] == before
    for digest in digests:
        store.verify(digest)


def test_a_chain_of_differences_is_bounded(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 20)
    repacked(store, digests)
    found = [parts(store, digest, "trained")[0] for digest in digests]
    assert [part.depth for part in found] == [step % MAXIMUM_DEPTH for step in range(20)]
    assert {part.codec for part in found} <= {SHUFFLED, *DIFFERENCES}


def test_what_checkpoints_shared_they_share_afterwards(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 4)
    repacked(store, digests)
    assert len({parts(store, digest, "frozen") for digest in digests}) == 1


def test_repacking_again_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 3)
    repacked(store, digests)
    before = {info.name for info in store.blobs.list()}
    repacked(store, digests)
    assert {info.name for info in store.blobs.list()} == before


def test_what_lies_at_places_to_keep_stays_there(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 2)
    keep = store.open(digests[0]).locations
    rewriter = Rewriter(store.blobs)
    rewriter.repack(digests[0], keep=keep)
    rewriter.repack(digests[1], base=digests[0], keep=keep)
    assert [part.codec for part in parts(store, digests[0], "trained")] == [RAW]
    assert [part.codec for part in parts(store, digests[1], "frozen")] == [RAW]
    assert [part.codec in DIFFERENCES for part in parts(store, digests[1], "trained")] == [True]


def test_a_later_save_builds_on_repacked_parts(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 3)
    repacked(store, digests)
    more = store.put(checkpoint(3), parents=digests[-1:])
    assert parts(store, more.digest, "frozen") == parts(store, digests[0], "frozen")
    assert read_everything(store, more.digest)["trained"] == trained(3).tobytes()


def test_large_entries_are_repacked_in_pieces(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first = np.repeat(np.arange(3_000_000, dtype=np.float32), 3)
    second = first.copy()
    second[::1_000] += 1
    digests = [
        store.put(tree(Entry("w", "float32", array.shape, partial(raw, array)))).digest
        for array in (first, second)
    ]
    repacked(store, digests)
    assert [part.length for part in parts(store, digests[1], "w")] == [32 << 20, 2_445_568]
    for digest, array in zip(digests, (first, second), strict=True):
        assert store.open(digest).read("w") == array.tobytes()


def test_moving_leaves_the_packs_that_are_to_go(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    digests = saved(store, 3)
    repacked(store, digests)
    leaving = store.open(digests[0]).blobs[1:]
    before = [read_everything(store, digest) for digest in digests]
    rewriter = Rewriter(store.blobs)
    for digest in digests:
        rewriter.move(digest, away_from=leaving)
    for name in leaving:
        store.blobs.delete(name)
    assert [read_everything(store, digest) for digest in digests] == before
    assert len({parts(store, digest, "frozen") for digest in digests}) == 1


def test_moving_nothing_writes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (digest,) = saved(store, 1)
    before = {info.name: info.modified_at for info in store.blobs.list()}
    done = Rewriter(store.blobs).move(digest, away_from=["packs/aa/none"])
    assert (done.written_bytes, done.left) == (0, frozenset())
    assert {info.name: info.modified_at for info in store.blobs.list()} == before


def test_damage_stops_a_rewriting_and_leaves_all_as_it_was(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (digest,) = saved(store, 1)
    damage(packs(tmp_path)[0], 100)
    before = {info.name for info in store.blobs.list()}
    with pytest.raises(IntegrityError, match="entry 'trained'"):
        Rewriter(store.blobs).repack(digest)
    with pytest.raises(IntegrityError, match="entry 'trained'"):
        Rewriter(store.blobs).move(digest, away_from=store.open(digest).blobs)
    assert {info.name for info in store.blobs.list()} == before


def test_whoever_rewrites_second_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path)
    (digest,) = saved(store, 1)
    name = manifest_name(digest)
    original = bytes(store.blobs.read(name))
    Rewriter(store.blobs).repack(digest)
    current = bytes(store.blobs.read(name))
    # The second one has read the manifest before the first one swapped it.
    read = store.blobs.read
    stale = {name: memoryview(bytearray(original))}
    monkeypatch.setattr(store.blobs, "read", lambda n, **k: stale.get(n) or read(n, **k))
    before = {info.name for info in store.blobs.list()}
    with pytest.raises(BlobChangedError, match=digest):
        Rewriter(store.blobs).repack(digest)
    monkeypatch.undo()
    assert {info.name for info in store.blobs.list()} == before
    assert bytes(store.blobs.read(name)) == current


def test_an_artifact_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.put(small_tree())
    with pytest.raises(ArtifactNotFoundError, match="ab" * 32):
        Rewriter(store.blobs).repack(Digest("ab" * 32))
