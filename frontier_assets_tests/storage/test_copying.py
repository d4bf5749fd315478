from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import ArtifactTooLargeError, IntegrityError
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.blob import BlobWriter
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.memory import MemoryBlobStore
from frontier_assets.storage.rewriting import Rewriter
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets_tests.storage.trees import (
    damage,
    files,
    floats,
    manifest,
    open_store,
    packs,
    read_everything,
    small_tree,
    tree,
)

MIB = 1 << 20


class SmallPacks(LocalBlobStore):
    """Splits what it is given, as remote stores do."""

    roll_bytes = 1 * MIB


@pytest.fixture
def source(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path / "source")


@pytest.fixture
def target(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path / "target")


def large(name: str) -> Entry:
    data = np.random.default_rng(7).random(3 * MIB // 8 + 5)
    return Entry(name, "float64", data.shape, lambda: data.data)


def smooth(name: str) -> Entry:
    """Return an entry that compresses well."""
    data = np.repeat(np.arange(400, dtype=np.float32), 2048)
    return Entry(name, "float32", data.shape, lambda: data.data)


def test_a_copy_is_the_same_artifact(source: ArtifactStore, target: ArtifactStore) -> None:
    original = source.put(small_tree())
    copy = target.copy_from(source.open(original.digest))
    assert (copy.digest, copy.store, copy.structure) == (
        original.digest,
        target.name,
        original.structure,
    )
    assert read_everything(target, copy.digest) == read_everything(source, original.digest)


def test_files_keep_their_sha256(
    source: ArtifactStore, target: ArtifactStore, tmp_path: Path
) -> None:
    content = np.random.default_rng(3).bytes(17 * MIB)
    (tmp_path / "weights.bin").write_bytes(content)
    (tmp_path / "empty").touch()
    original = source.put_files(
        {"a/weights.bin": tmp_path / "weights.bin", "empty": tmp_path / "empty"}
    )
    copy = target.copy_from(original)
    assert copy.entries == original.entries
    assert all(entry.sha256 for entry in copy.entries)
    copy.write_to(tmp_path / "out")
    assert (tmp_path / "out" / "a" / "weights.bin").read_bytes() == content


@pytest.mark.parametrize("compress", [True, False])
def test_a_store_lays_a_copy_out_as_it_lays_out_what_is_saved_there(
    tmp_path: Path, compress: bool
) -> None:
    options = StoreOptions(compress=compress)
    whole = ArtifactStore("whole", LocalBlobStore(tmp_path / "whole"), options)
    split = ArtifactStore("split", SmallPacks(tmp_path / "split"), StoreOptions(compress=compress))
    again = open_store(tmp_path / "again")
    original = whole.put(tree(large("large"), smooth("smooth")))
    there = split.copy_from(original)
    back = again.copy_from(there)
    assert original.digest == there.digest == back.digest
    assert len(packs(tmp_path / "split")) > 1
    assert len(packs(tmp_path / "again")) == 1
    assert len(back.locations) == 2


def test_what_was_repacked_as_a_difference_is_copied(
    source: ArtifactStore, target: ArtifactStore
) -> None:
    first = source.put(tree(floats("w", 50_000)))
    second = source.put(tree(floats("w", 50_000, start=1.0)))
    Rewriter(source.blobs).repack(second.digest, base=first.digest)
    copy = target.copy_from(source.open(second.digest))
    assert read_everything(target, copy.digest) == read_everything(source, second.digest)


def test_what_is_there_whole_is_not_copied_again(
    source: ArtifactStore, target: ArtifactStore, tmp_path: Path
) -> None:
    original = source.put(small_tree())
    target.copy_from(original)
    before = files(tmp_path / "target")
    assert target.copy_from(original).stored_bytes == 0
    assert files(tmp_path / "target") == before


def test_what_a_parent_holds_is_shared(source: ArtifactStore, target: ArtifactStore) -> None:
    first = source.put(tree(large("large"), floats("head", 4)))
    second = source.put(tree(large("large"), floats("head", 4, start=9.0)), parents=[first.digest])
    target.copy_from(first)
    copy = target.copy_from(second, parents=[first.digest])
    assert copy.stored_bytes < 2000


def test_a_damaged_copy_is_replaced(
    source: ArtifactStore, target: ArtifactStore, tmp_path: Path
) -> None:
    original = source.put(small_tree())
    target.copy_from(original)
    (pack,) = packs(tmp_path / "target")
    damage(pack, 64)
    target.copy_from(original)
    target.verify(original.digest)


@pytest.mark.parametrize("part", ["pack", "manifest"])
def test_a_damaged_original_changes_nothing(
    source: ArtifactStore, target: ArtifactStore, tmp_path: Path, part: str
) -> None:
    original = source.put(tree(large("large")))
    target.copy_from(original)
    damage(packs(tmp_path / "target")[0], 64)
    if part == "pack":
        damage(packs(tmp_path / "source")[0], 64)
    else:
        damage(manifest(tmp_path / "source", original.digest), 3)
    before = files(tmp_path / "target")
    text = manifest(tmp_path / "target", original.digest).read_bytes()
    with pytest.raises(IntegrityError):
        target.copy_from(source.open(original.digest))
    assert files(tmp_path / "target") == before
    assert manifest(tmp_path / "target", original.digest).read_bytes() == text


def test_a_damaged_original_that_is_read_in_spans_is_named_and_leaves_nothing(
    source: ArtifactStore, tmp_path: Path
) -> None:
    original = source.put(tree(large("large")))
    target = ArtifactStore("split", SmallPacks(tmp_path / "split"))
    damage(packs(tmp_path / "source")[0], 2 * MIB)
    with pytest.raises(IntegrityError, match=r"pack packs/.*, entry 'large'"):
        target.copy_from(original)
    assert files(tmp_path / "split") == {}


class CutError(Exception):
    """The process ends here."""


class CutBlobStore(LocalBlobStore):
    """Ends whatever begins a manifest."""

    def create(self, name: str, *, size_hint: int | None = None) -> BlobWriter:
        if name.startswith("manifests/"):
            raise CutError
        return super().create(name, size_hint=size_hint)


@pytest.mark.feature("STO-24")
def test_an_interrupted_copy_leaves_packs_alone_and_is_made_when_it_is_repeated(
    source: ArtifactStore, target: ArtifactStore, tmp_path: Path
) -> None:
    original = source.put(small_tree())
    with pytest.raises(CutError):
        ArtifactStore("cut", CutBlobStore(tmp_path / "target")).copy_from(original)
    assert {name.partition("/")[0] for name in files(tmp_path / "target")} == {"packs"}
    assert not target.holds(original.digest)
    target.copy_from(original)
    assert target.holds(original.digest)


def test_an_artifact_is_held_while_its_manifest_is_whole_and_its_packs_have_their_sizes(
    target: ArtifactStore, tmp_path: Path
) -> None:
    digest = target.put(small_tree()).digest
    (pack,) = packs(tmp_path / "target")
    content = pack.read_bytes()
    pack.write_bytes(content + b"more")
    assert not target.holds(digest)
    pack.unlink()
    assert not target.holds(digest)
    pack.write_bytes(content)
    assert target.holds(digest)
    damage(manifest(tmp_path / "target", digest), 3)
    assert not target.holds(digest)


def test_a_store_that_accepts_no_artifact_of_that_size_takes_none_of_it(
    source: ArtifactStore,
) -> None:
    blobs = MemoryBlobStore("small")
    target = ArtifactStore("small", blobs, StoreOptions(maximum_bytes=10))
    with pytest.raises(ArtifactTooLargeError):
        target.copy_from(source.put(small_tree()))
    assert list(blobs.list()) == []
