"""Saves and collections in the orders that matter, one step at a time."""

from datetime import timedelta

import pytest

from frontier_assets.errors import BlobsCollectedError, IntegrityError
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.types import Checkpoint, Digest
from frontier_assets.upkeep.saving import Marks, recorded
from frontier_assets_tests.upkeep.kept import DAY, HOUR, Kept, power_cut


class Interrupted:
    """A save, of which a collection comes once between storing and recording."""

    def __init__(
        self, kept: Kept, content: set[int], parents: list[Digest], *, grace: timedelta = 0 * HOUR
    ) -> None:
        self.kept, self.content, self.parents, self.grace = kept, content, parents, grace
        self.attempts: list[StoredArtifact] = []

    def save(self) -> Checkpoint:
        return recorded(self.kept.registry, self.kept.stores, self._attempt)

    def _attempt(self, marks: Marks) -> Checkpoint:
        stored = self.kept.put(self.content, self.parents)
        self.attempts.append(stored)
        if len(self.attempts) == 1:
            self.kept.collect(self.grace)
        return self.kept.record(marks, stored, step=1)


def test_a_manifest_that_goes_before_it_is_recorded_is_saved_again(kept: Kept) -> None:
    kept.save({1, 2}, step=0)
    kept.forget(0)
    interrupted = Interrupted(kept, {1, 2}, [])
    saved = interrupted.save()
    assert [stored.stored_bytes == 0 for stored in interrupted.attempts] == [True, False]
    assert kept.holds(saved.digest, {1, 2})
    assert kept.blob_names() == kept.live_names()


def test_tensors_of_a_parent_that_go_before_they_are_recorded_are_saved_again(kept: Kept) -> None:
    parent = kept.save({1, 2}, step=0)
    kept.forget(0)
    interrupted = Interrupted(kept, {1, 2, 3}, [parent.digest])
    saved = interrupted.save()
    assert len(interrupted.attempts) == 2
    assert kept.holds(saved.digest, {1, 2, 3})


def test_a_save_that_is_new_altogether_survives_a_collection_that_knows_no_grace(
    kept: Kept,
) -> None:
    saved = Interrupted(kept, {1}, []).save()
    assert kept.holds(saved.digest, {1})


def test_what_is_condemned_in_between_lives_on(kept: Kept) -> None:
    parent = kept.save({1, 2}, step=0)
    kept.forget(0)
    kept.clock.turn(DAY)
    interrupted = Interrupted(kept, {1, 2, 3}, [parent.digest], grace=DAY)
    saved = interrupted.save()
    assert len(interrupted.attempts) == 1
    kept.collect_everything()
    assert kept.holds(saved.digest, {1, 2, 3})


def test_a_save_that_begins_after_the_decision_and_before_the_deletion_is_not_lost(
    kept: Kept,
) -> None:
    kept.save({1}, step=0)
    kept.forget(0)
    with power_cut(kept, after_deletions=0):
        kept.collect(0 * HOUR)
    stored = kept.put({1})
    assert stored.stored_bytes == 0
    with pytest.raises(BlobsCollectedError, match=f"{stored.digest}.*try again"):
        kept.record(kept.marks(), stored, step=1)
    saved = kept.save({1}, step=1)
    kept.collect(0 * HOUR)
    assert kept.holds(saved.digest, {1})


def test_a_version_and_an_artifact_are_refused_like_a_checkpoint(kept: Kept) -> None:
    version = kept.register({7})
    marks, stored = kept.marks(), kept.put({1})
    kept.collect(0 * HOUR)
    with pytest.raises(BlobsCollectedError):
        kept.registry.artifacts.add(
            version.model,
            version.number,
            name="onnx",
            stored=marks.stored(stored),
            members=[],
            details={},
            actor="ann",
        )
    assert kept.registry.artifacts.list(version.model, version.number) == []


def test_bytes_that_are_collected_while_a_save_reads_them_are_no_corruption(kept: Kept) -> None:
    attempts = []

    def copy(marks: Marks) -> Checkpoint:
        source = kept.put({1})
        attempts.append(source)
        if len(attempts) == 1:
            kept.collect(0 * HOUR)
        source.verify()
        return kept.record(marks, source, step=1)

    saved = recorded(kept.registry, kept.stores, copy)
    assert len(attempts) == 2
    assert kept.holds(saved.digest, {1})


def test_bytes_that_were_lost_otherwise_are_a_corruption_at_once(kept: Kept) -> None:
    attempts = []

    def copy(_marks: Marks) -> None:
        source = kept.put({1})
        attempts.append(source)
        for name in kept.blob_names():
            kept.blobs.delete(name)
        source.verify()

    with pytest.raises(IntegrityError):
        recorded(kept.registry, kept.stores, copy)
    assert len(attempts) == 1


def test_a_save_that_is_collected_every_time_says_so(kept: Kept) -> None:
    def save(marks: Marks) -> Checkpoint:
        stored = kept.put({1})
        kept.collect(0 * HOUR)
        return kept.record(marks, stored, step=1)

    with pytest.raises(BlobsCollectedError) as refusal:
        recorded(kept.registry, kept.stores, save)
    assert refusal.value.retryable
    assert kept.registry.checkpoints.list("m") == []
