"""An artifact may be laid out, encrypted and kept in many ways, and stays the same artifact."""

from collections.abc import Callable
from pathlib import Path

import pytest

from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.memory import MemoryBlobStore
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.types import Digest
from frontier_assets_tests.storage.blobs import names
from frontier_assets_tests.storage.damage_contract import SmallPacks, entries
from frontier_assets_tests.storage.encrypted_stores import FIRST, SECOND, encrypted
from frontier_assets_tests.storage.trees import read_everything, tree

TREES = [tree(*entries(number), structure={"epoch": number}) for number in (0, 1)]


def opened(folder: Path, *keys: str) -> ArtifactStore:
    return ArtifactStore("default", encrypted(folder, *keys or (FIRST,)))


def repacked(folder: Path, digests: list[Digest]) -> ArtifactStore:
    store = opened(folder)
    Rewriter(store.blobs).repack(digests[0])
    Rewriter(store.blobs).repack(digests[1], base=digests[0])
    return store


def moved(folder: Path, digests: list[Digest]) -> ArtifactStore:
    store = repacked(folder, digests)
    leaving = {pack for digest in digests for pack in store.open(digest).blobs[1:]}
    rewriter = Rewriter(store.blobs)
    for digest in digests:
        rewriter.move(digest, away_from=leaving)
    for pack in leaving:
        store.blobs.delete(pack)
    return store


def rotated(folder: Path, _digests: list[Digest]) -> ArtifactStore:
    encrypted(folder, SECOND, FIRST).retire_others()
    return opened(folder, SECOND)


def sealed_anew(folder: Path, _digests: list[Digest]) -> ArtifactStore:
    """Every pack and manifest is written again under the new key."""
    store = opened(folder, SECOND, FIRST)
    for name in names(store.blobs):
        data = bytes(store.blobs.read(name))
        store.blobs.replace(name, data, expected=data)
    return opened(folder, SECOND)


def elsewhere(folder: Path, digests: list[Digest]) -> ArtifactStore:
    store = ArtifactStore("other", MemoryBlobStore(folder.name), StoreOptions(compress=True))
    assert [store.put(content).digest for content in TREES] == digests
    return store


def in_small_packs(folder: Path, digests: list[Digest]) -> ArtifactStore:
    store = ArtifactStore("other", SmallPacks(MemoryBlobStore(f"{folder.name}-small")))
    assert [store.put(content).digest for content in TREES] == digests
    return store


CHANGES: list[Callable[[Path, list[Digest]], ArtifactStore]] = [
    repacked,
    moved,
    rotated,
    sealed_anew,
    elsewhere,
    in_small_packs,
]


@pytest.mark.parametrize("change", CHANGES)
def test_another_layout_key_or_store_changes_no_digest_and_no_bit(
    tmp_path: Path, change: Callable[[Path, list[Digest]], ArtifactStore]
) -> None:
    store = opened(tmp_path)
    digests = [store.put(content).digest for content in TREES]
    before = [read_everything(store, digest) for digest in digests]
    changed = change(tmp_path, digests)
    assert set(changed.list()) == set(digests)
    assert [read_everything(changed, digest) for digest in digests] == before
    for digest in digests:
        changed.verify(digest)
    # What is saved again is found to be there.
    assert [changed.put(content).stored_bytes for content in TREES] == [0, 0]
