"""Entries that are stored in several parts or compressed: on stores that roll their packs."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import IntegrityError, InvalidValueError
from frontier_assets.storage.artifacts import ArtifactStore, Entry
from frontier_assets.storage.layout import RAW, SHUFFLED, Part
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets_tests.storage.trees import damage, open_store, packs, small_tree, tree

ROLL_BYTES = 1 << 20


class Rolling(LocalBlobStore):
    """Local files that are packed as a remote store's blobs are."""

    roll_bytes = ROLL_BYTES


def rolling(folder: Path, *, compress: bool | None = None) -> ArtifactStore:
    return ArtifactStore("remote", Rolling(folder), StoreOptions(compress))


def weights(seed: int, count: int = 1_000_003) -> "np.ndarray[Any, Any]":
    return np.random.default_rng(seed).standard_normal(count).astype(np.float32)


def raw(array: "np.ndarray[Any, Any]") -> memoryview:
    return memoryview(array.tobytes())


def entry(name: str, array: "np.ndarray[Any, Any]") -> Entry:
    return Entry(name, "float32", array.shape, partial(raw, array))


def parts(stored: StoredArtifact, name: str) -> tuple[Part, ...]:
    return stored._places[name][1]


def test_a_large_entry_is_split_between_items_and_comes_back(tmp_path: Path) -> None:
    array = weights(0)
    stored = rolling(tmp_path, compress=False).put(tree(entry("w", array)))
    found = parts(stored, "w")
    assert len(found) == 4
    assert [part.length % 4 for part in found] == [0] * 4
    assert max(path.stat().st_size for path in packs(tmp_path)) <= ROLL_BYTES + 64
    again = rolling(tmp_path).open(stored.digest)
    again.verify()
    assert again.read("w") == array.tobytes()


def test_parts_and_codecs_change_no_digest(tmp_path: Path) -> None:
    whole = tree(entry("w", weights(0)), entry("b", weights(1, 10)))
    stores = [
        open_store(tmp_path / "local"),
        ArtifactStore("local", LocalBlobStore(tmp_path / "c"), StoreOptions(compress=True)),
        rolling(tmp_path / "raw", compress=False),
        rolling(tmp_path / "compressed"),
    ]
    assert len({store.put(whole).digest for store in stores}) == 1


def test_where_packs_roll_weights_are_compressed_and_noise_is_not(tmp_path: Path) -> None:
    noise = np.frombuffer(np.random.default_rng(2).bytes(1 << 19), np.float32)
    stored = rolling(tmp_path).put(tree(entry("w", weights(0)), entry("noise", noise)))
    assert {part.codec for part in parts(stored, "w")} == {SHUFFLED}
    assert {part.codec for part in parts(stored, "noise")} == {RAW}
    assert stored.stored_bytes < 0.93 * stored.size_bytes
    again = rolling(tmp_path).open(stored.digest)
    again.verify()
    assert again.read("w") == weights(0).tobytes()


def test_unchanged_parts_are_not_written_again(tmp_path: Path) -> None:
    store, changed = rolling(tmp_path), weights(0)
    first = store.put(tree(entry("w", weights(0))))
    changed[-1] += 1
    second = store.put(tree(entry("w", changed)), parents=[first.digest])
    assert parts(second, "w")[:-1] == parts(first, "w")[:-1]
    assert second.stored_bytes < 0.3 * first.stored_bytes
    assert store.open(second.digest).read("w") == changed.tobytes()


def test_a_flipped_byte_in_any_part_is_detected_and_named(tmp_path: Path) -> None:
    store = rolling(tmp_path)
    stored = store.put(tree(entry("w", weights(0))))
    for part in parts(stored, "w"):
        for offset in (part.at.offset, part.at.offset + part.at.length - 1):
            damage(tmp_path / part.at.pack, offset)
            for read in (lambda: store.open(stored.digest).read("w"), stored.verify):
                with pytest.raises(IntegrityError, match=part.at.pack):
                    read()
            damage(tmp_path / part.at.pack, offset)
    store.verify(stored.digest)


def test_a_flipped_byte_in_a_raw_part_names_its_pack(tmp_path: Path) -> None:
    store = rolling(tmp_path, compress=False)
    stored = store.put(tree(entry("w", weights(0))))
    third = parts(stored, "w")[2].at
    damage(tmp_path / third.pack, third.offset + 100)
    with pytest.raises(IntegrityError, match=third.pack):
        store.open(stored.digest).read("w")


@pytest.mark.parametrize("compress", [True, False])
def test_an_entry_is_read_into_memory_that_is_there(tmp_path: Path, *, compress: bool) -> None:
    array, target = weights(0), np.zeros(1_000_003, np.float32)
    stored = rolling(tmp_path, compress=compress).put(tree(entry("w", array)))
    stored.read_into("w", target.data.cast("B"))
    np.testing.assert_array_equal(target, array)


def test_memory_of_another_size_is_refused_and_stays(tmp_path: Path) -> None:
    target = np.zeros(3, np.float32)
    stored = open_store(tmp_path).put(small_tree())
    with pytest.raises(InvalidValueError, match=r"'weight' '12 bytes' .* expected 20 bytes"):
        stored.read_into("weight", target.data.cast("B"))
    assert not target.any()


def test_files_are_stored_in_pieces_and_their_sha256_is_right(tmp_path: Path) -> None:
    import hashlib

    content = np.random.default_rng(3).bytes(20_000_001)
    (tmp_path / "f").write_bytes(content)
    stored = open_store(tmp_path / "store").put_files({"f": tmp_path / "f"})
    assert [part.length for part in parts(stored, "f")] == [
        8 << 20,
        8 << 20,
        20_000_001 - (16 << 20),
    ]
    assert stored.entries[0].sha256 == hashlib.sha256(content).hexdigest()
    (path,) = stored.write_to(tmp_path / "out")
    assert path.read_bytes() == content


def test_equal_entries_of_several_parts_are_stored_once(tmp_path: Path) -> None:
    array = weights(0)
    once = rolling(tmp_path / "once").put(tree(entry("a", array)))
    twice = rolling(tmp_path / "twice").put(tree(entry("a", array), entry("b", array)))
    assert twice.stored_bytes < once.stored_bytes + 2_000
    assert parts(twice, "a") == parts(twice, "b")
