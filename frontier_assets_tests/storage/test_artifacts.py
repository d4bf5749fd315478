import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import ArtifactNotFoundError, IntegrityError, InvalidValueError
from frontier_assets.storage.artifacts import ArtifactStore, Entry, Tree
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.types import Digest
from frontier_assets_tests.storage.cached_stores import cached
from frontier_assets_tests.storage.trees import (
    damage,
    files,
    floats,
    manifest,
    open_store,
    pack_bytes,
    packs,
    read_everything,
    small_tree,
    tree,
)


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path)


def manifest_bytes(folder: Path, digest: Digest) -> int:
    return manifest(folder, digest).stat().st_size


def test_a_tree_comes_back(store: ArtifactStore) -> None:
    digest = store.put(small_tree()).digest
    assert read_everything(store, digest) == {
        "weight": (np.arange(5, dtype=np.float32) + 1).tobytes(),
        "full": (np.arange(16, dtype=np.float32) + 2).tobytes(),
        "flag": b"\1",
        "nothing": b"",
        "tied": (np.arange(5, dtype=np.float32) + 1).tobytes(),
    }


def test_a_save_writes_one_pack_and_one_manifest_and_counts_them_exactly(
    tmp_path: Path, store: ArtifactStore
) -> None:
    stored = store.put(small_tree())
    assert [path.stat().st_size for path in packs(tmp_path)] == [pack_bytes(20, 64, 1)]
    assert stored.stored_bytes == pack_bytes(20, 64, 1) + manifest_bytes(tmp_path, stored.digest)
    assert stored.stored_bytes == sum(files(tmp_path).values())


def test_equal_entries_of_one_tree_are_written_once(tmp_path: Path, store: ArtifactStore) -> None:
    stored = store.put(tree(floats("a", 1_000), floats("b", 1_000), floats("c", 1_000)))
    written = stored.stored_bytes - manifest_bytes(tmp_path, stored.digest)
    assert written == pack_bytes(4_000)
    assert stored.size_bytes == 12_000


def test_what_a_parent_holds_is_not_written_again(tmp_path: Path, store: ArtifactStore) -> None:
    frozen = [floats(f"frozen{i}", 1_000, start=i) for i in range(9)]
    first = store.put(tree(*frozen, floats("head", 1_000, start=100.0)))
    second = store.put(tree(*frozen, floats("head", 1_000, start=200.0)), parents=[first.digest])
    assert second.stored_bytes == pack_bytes(4_000) + manifest_bytes(tmp_path, second.digest)
    assert len(read_everything(store, second.digest)) == 10
    store.verify(second.digest)


def test_grandparents_are_reached_through_their_descendants(
    tmp_path: Path, store: ArtifactStore
) -> None:
    digest = store.put(tree(floats("a", 1_000), structure=0)).digest
    for generation in range(1, 4):
        entries = [floats("a", 1_000), floats("b", 10, start=float(generation))]
        stored = store.put(tree(*entries, structure=generation), parents=[digest])
        digest = stored.digest
        written = stored.stored_bytes - manifest_bytes(tmp_path, digest)
        assert written == pack_bytes(40)
    store.verify(digest)


def test_an_unchanged_tree_under_another_structure_writes_a_manifest_alone(
    tmp_path: Path, store: ArtifactStore
) -> None:
    first = store.put(tree(floats("a", 1_000), structure={"step": 1}))
    second = store.put(tree(floats("a", 1_000), structure={"step": 2}), parents=[first.digest])
    assert second.stored_bytes == manifest_bytes(tmp_path, second.digest)
    assert len(packs(tmp_path)) == 1


def test_the_same_tree_again_writes_nothing(tmp_path: Path, store: ArtifactStore) -> None:
    first = store.put(small_tree())
    before = files(tmp_path)
    second = store.put(small_tree())
    third = store.put(small_tree(), parents=[first.digest])
    assert (second.digest, second.stored_bytes) == (first.digest, 0)
    assert (third.digest, third.stored_bytes) == (first.digest, 0)
    assert files(tmp_path) == before


def test_the_digest_does_not_depend_on_the_store_or_on_parents(tmp_path: Path) -> None:
    here, there = open_store(tmp_path / "here"), open_store(tmp_path / "there")
    parent = there.put(tree(floats("weight", 5, start=1.0)))
    assert here.put(small_tree()).digest == there.put(small_tree(), parents=[parent.digest]).digest


def test_a_tree_without_any_bytes_needs_no_pack(tmp_path: Path, store: ArtifactStore) -> None:
    stored = store.put(tree(Entry("nothing", "int8", (0,), lambda: b""), structure="only this"))
    assert packs(tmp_path) == []
    assert store.open(stored.digest).structure == "only this"
    assert store.open(stored.digest).read("nothing") == b""


def test_eight_concurrent_savers_of_one_tree_leave_one_artifact(tmp_path: Path) -> None:
    ready = threading.Barrier(8)

    def save(_: int) -> tuple[str, int]:
        store = open_store(tmp_path)
        ready.wait()
        stored = store.put(tree(*[floats(f"w{i}", 50_000, start=i) for i in range(5)]))
        return stored.digest, stored.stored_bytes

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(save, range(8)))
    assert len({digest for digest, _ in results}) == 1
    assert len(packs(tmp_path)) == 1
    assert sum(files(tmp_path).values()) == sum(written for _, written in results)
    open_store(tmp_path).verify(Digest(results[0][0]))


def test_eight_concurrent_savers_of_different_trees_all_succeed(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    def save(number: int) -> Digest:
        return store.put(tree(floats("w", 10_000, start=number))).digest

    with ThreadPoolExecutor(8) as threads:
        digests = list(threads.map(save, range(8)))
    assert sorted(store.list()) == sorted(digests)
    for digest in digests:
        store.verify(digest)


def test_saving_again_replaces_a_damaged_pack(tmp_path: Path, store: ArtifactStore) -> None:
    digest = store.put(small_tree()).digest
    damage(packs(tmp_path)[0], 64)
    again = store.put(small_tree())
    assert again.digest == digest
    assert again.stored_bytes > 0
    store.verify(digest)


def test_saving_again_replaces_a_damaged_manifest(tmp_path: Path, store: ArtifactStore) -> None:
    digest = store.put(small_tree()).digest
    damage(manifest(tmp_path, digest), 10)
    store.put(small_tree())
    store.verify(digest)


def test_saving_again_does_not_rely_on_a_damaged_parent(
    tmp_path: Path, store: ArtifactStore
) -> None:
    digest = store.put(small_tree()).digest
    damage(packs(tmp_path)[0], 64)
    store.put(small_tree(), parents=[digest])
    store.verify(digest)


@pytest.mark.parametrize("position", [10, -1])
def test_a_parent_with_a_damaged_manifest_is_not_relied_on(
    tmp_path: Path, store: ArtifactStore, position: int
) -> None:
    parent = store.put(tree(floats("a", 100), structure=1)).digest
    damage(manifest(tmp_path, parent), position)
    child = store.put(tree(floats("a", 100), structure=2), parents=[parent])
    assert child.stored_bytes == pack_bytes(400) + manifest_bytes(tmp_path, child.digest)
    store.verify(child.digest)


@pytest.mark.parametrize("length", [0, 63, 64, 100])
def test_a_parent_with_a_truncated_pack_is_not_relied_on(
    tmp_path: Path, store: ArtifactStore, length: int
) -> None:
    parent = store.put(tree(floats("a", 100), structure=1)).digest
    (pack,) = packs(tmp_path)
    pack.write_bytes(pack.read_bytes()[:length])
    child = store.put(tree(floats("a", 100), structure=2), parents=[parent])
    store.verify(child.digest)


def test_a_parent_that_is_gone_is_not_relied_on(tmp_path: Path, store: ArtifactStore) -> None:
    child = store.put(tree(floats("a", 100)), parents=[Digest("00" * 32)])
    store.verify(child.digest)


def test_an_unknown_digest_is_named_with_the_store_and_a_remedy(store: ArtifactStore) -> None:
    with pytest.raises(ArtifactNotFoundError, match=r"0000.*store 'default' .*check the digest"):
        store.open(Digest("00" * 32))


def test_a_manifest_under_another_digest_is_refused(tmp_path: Path, store: ArtifactStore) -> None:
    digest, other = store.put(small_tree()).digest, store.put(tree(floats("a", 1))).digest
    manifest(tmp_path, digest).write_bytes(manifest(tmp_path, other).read_bytes())
    with pytest.raises(IntegrityError, match=f"Artifact {digest}.*describes artifact {other}"):
        store.open(digest)


def test_lists_every_artifact(store: ArtifactStore) -> None:
    assert list(store.list()) == []
    digests = [store.put(tree(structure=number)).digest for number in range(3)]
    assert sorted(store.list()) == sorted(digests)


def test_a_stray_file_beside_a_manifest_is_not_an_artifact(
    tmp_path: Path, store: ArtifactStore
) -> None:
    digest = store.put(small_tree()).digest
    manifest(tmp_path, digest).with_suffix(".bak").write_bytes(b"")
    assert list(store.list()) == [digest]


@pytest.mark.parametrize("names", [["a", "b", "a"], ["a", ""]])
def test_names_have_to_differ_and_not_be_empty(
    tmp_path: Path, store: ArtifactStore, names: list[str]
) -> None:
    with pytest.raises(InvalidValueError, match="Entry name"):
        store.put(tree(*[floats(name, 3) for name in names]))
    assert files(tmp_path) == {}


def test_bytes_that_do_not_fit_are_refused_before_anything_is_visible(
    tmp_path: Path, store: ArtifactStore
) -> None:
    short = Entry("short", "float32", (3,), lambda: bytes(11))
    with pytest.raises(InvalidValueError, match="Entry 'short' bytes 11"):
        store.put(tree(floats("a", 100_000), short))
    assert files(tmp_path) == {}


def test_an_unknown_kind_is_refused(store: ArtifactStore) -> None:
    with pytest.raises(InvalidValueError, match="Tree kind 'other'"):
        store.put(Tree("other", None, []))


def test_later_changes_of_the_given_structure_change_nothing(store: ArtifactStore) -> None:
    structure = {"steps": [1]}
    stored = store.put(tree(structure=structure))
    structure["steps"].append(2)
    assert stored.structure == store.open(stored.digest).structure == {"steps": [1]}


def test_files_have_a_digest_of_names_and_contents_alone(
    tmp_path: Path, store: ArtifactStore
) -> None:
    for name in ("x", "y", "copy-of-x"):
        (tmp_path / name).write_bytes(name[-1].encode() * 10)
    one = store.put_files({"a": tmp_path / "x", "b/c": tmp_path / "y"})
    two = store.put_files({"b/c": tmp_path / "y", "a": tmp_path / "copy-of-x"})
    renamed = store.put_files({"a": tmp_path / "x", "b/d": tmp_path / "y"})
    assert one.digest == two.digest != renamed.digest


def test_unchanged_files_of_a_parent_are_not_written_again(
    tmp_path: Path, store: ArtifactStore
) -> None:
    (tmp_path / "weights").write_bytes(b"w" * 100_000)
    (tmp_path / "graph").write_bytes(b"g" * 100)
    first = store.put_files({"weights": tmp_path / "weights"})
    both = {"weights": tmp_path / "weights", "graph": tmp_path / "graph"}
    second = store.put_files(both, parents=[first.digest])
    assert second.stored_bytes == pack_bytes(100) + manifest_bytes(tmp_path, second.digest)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "evil\n"])
def test_member_names_that_leave_their_folder_are_refused(
    tmp_path: Path, store: ArtifactStore, name: str
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(InvalidValueError, match="Member name"):
        store.put_files({name: tmp_path / "x"})
    assert files(tmp_path) == {"x": 1}


def test_a_copy_nearby_does_not_prove_a_damaged_artifact(tmp_path: Path) -> None:
    store = ArtifactStore("default", cached(tmp_path, LocalBlobStore(tmp_path / "store")))
    digest = store.put(small_tree()).digest
    assert read_everything(store, digest)
    damage(packs(tmp_path / "store")[0], 64)
    assert read_everything(store, digest)
    with pytest.raises(IntegrityError, match="entry 'weight'"):
        store.verify(digest)
    assert store.put(small_tree()).stored_bytes > 0
    store.verify(digest)
