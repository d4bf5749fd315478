"""Recorded artifacts are laid out again, and no save, version or collection loses by it."""

from datetime import timedelta

import numpy as np
import pytest

from frontier_assets.errors import ModelNotFoundError
from frontier_assets.registry.versions import NewVersion
from frontier_assets.storage.artifacts import Entry
from frontier_assets.storage.collect import saved_blobs
from frontier_assets.storage.layout import DIFFERENCES, RAW
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.types import Checkpoint, Digest
from frontier_assets.upkeep.saving import Marks, recorded
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.trees import tree
from frontier_assets_tests.upkeep.kept import DAY, MODEL, Kept

ROWS = 50_000


def weights(step: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    base = np.random.default_rng(0).standard_normal(ROWS).astype(np.float32)
    return (base * np.float32(1 + step / 10_000)).astype(np.float32)


def put(kept: Kept, step: int) -> StoredArtifact:
    data = weights(step)
    return kept.store.put(tree(Entry("w", "float32", data.shape, lambda: data.data.cast("B"))))


def trained(kept: Kept, count: int) -> list[Checkpoint]:
    return [
        recorded(
            kept.registry,
            kept.stores,
            lambda marks, step=step: kept.record(marks, put(kept, step), step),  # type: ignore[misc]
        )
        for step in range(count)
    ]


def stored_bytes(kept: Kept) -> int:
    return sum(info.size_bytes for info in saved_blobs(kept.blobs).values())


def test_repacked_checkpoints_take_less_space_and_load_equal(kept: Kept) -> None:
    saved = trained(kept, 6)
    before = stored_bytes(kept)
    (report,) = kept.upkeep.repack(MODEL)
    assert (report.store, report.checkpoints) == ("default", 6)
    kept.collect_everything()
    assert stored_bytes(kept) < 0.6 * before
    assert stored_bytes(kept) < report.written_bytes + 10_000
    assert kept.upkeep.verify().passed
    for step, checkpoint in enumerate(saved):
        assert kept.store.open(checkpoint.digest).read("w") == weights(step).tobytes()


def test_what_a_version_has_stays_as_it_was_saved(kept: Kept) -> None:
    saved = trained(kept, 3)
    stored = kept.store.open(saved[1].digest)
    recorded(
        kept.registry,
        kept.stores,
        lambda marks: kept.registry.versions.register(
            NewVersion(model=MODEL, stored=marks.stored(put(kept, 1))), actor="ann"
        ),
    )
    kept.upkeep.repack(MODEL)
    now = kept.store.open(saved[1].digest)
    assert now.locations == stored.locations
    (part,) = now._places["w"][1]
    assert part.codec == RAW
    (other,) = kept.store.open(saved[2].digest)._places["w"][1]
    assert other.codec in DIFFERENCES


def test_repacking_twice_writes_nothing_the_second_time(kept: Kept) -> None:
    trained(kept, 4)
    kept.upkeep.repack(MODEL)
    (report,) = kept.upkeep.repack(MODEL)
    assert report.written_bytes == 0


def test_an_unknown_model_is_refused(kept: Kept) -> None:
    with pytest.raises(ModelNotFoundError, match="nobody"):
        kept.upkeep.repack("nobody")


def test_a_pack_that_is_half_empty_is_emptied_and_goes(kept: Kept) -> None:
    kept.save(range(20), 1)
    kept.save({3}, 2, parents=kept_digests(kept))
    kept.forget(1)
    kept.collect_everything()
    assert kept.upkeep.verify().passed
    assert stored_bytes(kept) < 1_000
    assert kept.blob_names() == kept.live_names()


def test_a_dry_run_tells_what_would_move(kept: Kept) -> None:
    kept.save(range(20), 1)
    kept.save({3}, 2, parents=kept_digests(kept))
    kept.forget(1)
    kept.clock.turn(2 * DAY)
    announced = kept.collect(dry_run=True)
    assert (announced.thinned_packs, announced.moved_bytes) == (1, 128)
    assert kept.collect() == announced


def test_a_save_that_stood_on_a_pack_that_was_emptied_is_done_again(kept: Kept) -> None:
    kept.save(range(20), 1)
    kept.save({3}, 2, parents=kept_digests(kept))
    attempts = 0

    def save(marks: Marks) -> Checkpoint:
        nonlocal attempts
        attempts += 1
        stored = kept.put({3, 4}, parents=kept_digests(kept))
        if attempts == 1:
            kept.forget(1)
            for _ in range(4):
                kept.clock.turn(DAY)
                kept.collect(timedelta(0))
        return kept.record(marks, stored, 3)

    checkpoint = recorded(kept.registry, kept.stores, save)
    assert attempts == 2
    assert kept.holds(checkpoint.digest, {3, 4})
    kept.collect_everything()
    assert kept.upkeep.verify().passed


def test_a_damaged_artifact_stays_where_it_is_and_stops_no_collection(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.save(range(20), 1)
    kept.save({3}, 2, parents=kept_digests(kept))
    kept.forget(1)
    (place,) = kept.store.open(kept_digests(kept)[0]).locations
    damaged = bytearray(kept.blobs.read(place.pack))
    damaged[place.offset] ^= 1
    kept.blobs.delete(place.pack)
    write(kept.blobs, place.pack, bytes(damaged))
    kept.clock.turn(2 * DAY)
    kept.collect()
    assert "Not moved: Artifact" in caplog.text
    assert not kept.upkeep.verify().passed


def kept_digests(kept: Kept) -> list[Digest]:
    return sorted(kept.registry.collection.reachable("default"))
