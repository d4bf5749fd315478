import os
from datetime import timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import InvalidValueError, SettingsError, UnreadableManifestError
from frontier_assets.storage.stored import manifest_name
from frontier_assets.workspace import Workspace
from frontier_assets_tests.storage.trees import damage, manifest
from frontier_assets_tests.upkeep.kept import DAY, HOUR, STORE, Kept, power_cut

NOW = timedelta(0)


def test_garbage_goes_when_two_grace_periods_have_passed(kept: Kept) -> None:
    saved = kept.save({1, 2}, step=0)
    kept.save({3}, step=1)
    live, everything = kept.live_names(), kept.blob_names()
    kept.forget(0)
    kept.clock.turn(DAY - HOUR)
    assert (kept.collect().condemned_blobs, kept.collect().deleted_blobs) == (0, 0)
    kept.clock.turn(HOUR)
    assert (kept.collect().condemned_blobs, kept.collect().deleted_blobs) == (2, 0)
    kept.clock.turn(DAY - HOUR)
    assert kept.collect().deleted_blobs == 0
    assert kept.blob_names() == everything
    kept.clock.turn(HOUR)
    report = kept.collect()
    assert (report.live_blobs, report.condemned_blobs, report.deleted_blobs) == (2, 0, 2)
    assert report.deleted_bytes > saved.size_bytes
    assert kept.blob_names() == kept.live_names() < live | everything


def test_what_something_refers_to_stays_however_old_it_is(kept: Kept) -> None:
    version, saved = kept.register({1}), kept.save({2}, step=0)
    for _ in range(3):
        kept.clock.turn(100 * DAY)
        assert kept.collect().deleted_blobs == 0
    assert kept.holds(version.digest, {1})
    assert kept.holds(saved.digest, {2})


def test_a_pack_stays_while_one_of_two_artifacts_needs_it(kept: Kept) -> None:
    first = kept.save({1, 2}, step=0)
    second = kept.save({1, 2, 3}, step=1, parents=[first.digest])
    kept.forget(0)
    kept.collect_everything()
    assert manifest_name(first.digest) not in kept.blob_names()
    assert kept.holds(second.digest, {1, 2, 3})


def test_without_grace_everything_goes_at_once(kept: Kept) -> None:
    kept.put({1})
    assert kept.collect(NOW).deleted_blobs == 2
    assert kept.blob_names() == set()


def test_a_dry_run_says_what_the_run_then_does_and_changes_nothing(kept: Kept) -> None:
    for step in range(3):
        kept.save({step}, step=step)
    kept.forget(0)
    kept.clock.turn(DAY)
    for _ in range(2):
        before = kept.blob_names(), kept.registry.collection.condemned(STORE)
        announced = kept.collect(dry_run=True)
        assert (kept.blob_names(), kept.registry.collection.condemned(STORE)) == before
        assert kept.collect() == announced
        kept.forget(1)
        kept.clock.turn(DAY)


def test_what_is_recorded_again_is_no_longer_condemned(kept: Kept) -> None:
    saved = kept.save({1}, step=0)
    kept.forget(0)
    kept.clock.turn(DAY)
    kept.collect()
    kept.save({1}, step=1)
    assert kept.registry.collection.condemned(STORE) == {}
    kept.collect_everything()
    assert kept.holds(saved.digest, {1})


def test_what_somebody_deleted_by_hand_is_no_longer_condemned(kept: Kept) -> None:
    kept.put({1})
    kept.clock.turn(DAY)
    kept.collect()
    for name in kept.blob_names():
        kept.blobs.delete(name)
    assert kept.collect().condemned_blobs == 0
    assert kept.registry.collection.condemned(STORE) == {}


@pytest.mark.parametrize("deleted", [0, 1, 2, 3])
def test_a_collection_that_died_while_it_deleted_is_ended_by_the_next(
    kept: Kept, deleted: int
) -> None:
    saved = kept.save({1}, step=0)
    for number in (2, 3):
        kept.put({number})
    with power_cut(kept, after_deletions=deleted):
        kept.collect(NOW)
    assert len(kept.blob_names()) == 6 - deleted
    kept.collect(100 * DAY)
    assert kept.blob_names() == kept.live_names()
    assert kept.holds(saved.digest, {1})


def test_a_collection_during_which_another_one_runs_looks_again(kept: Kept) -> None:
    saved = kept.save({1}, step=0)
    kept.put({2})

    def other() -> None:
        kept.blobs.after_list = lambda: None
        kept.forget(0)
        kept.collect(NOW)
        kept.save({1}, step=1)

    kept.blobs.after_list = other
    assert kept.collect(NOW).deleted_blobs == 0
    assert kept.holds(saved.digest, {1})
    assert kept.blob_names() == kept.live_names()


def test_what_is_recorded_during_a_collection_stays(kept: Kept) -> None:
    kept.put({1})

    def save() -> None:
        kept.blobs.after_list = lambda: None
        kept.save({1}, step=0)

    kept.blobs.after_list = save
    assert kept.collect(NOW).deleted_blobs == 0
    assert kept.holds(kept.registry.checkpoints.latest("m").digest, {1})


def test_what_is_recorded_after_a_collection_asked_what_is_stays(kept: Kept) -> None:
    kept.save({2}, step=0)
    kept.put({1})

    def save() -> None:
        kept.blobs.before_read = lambda: None
        kept.save({1}, step=1)

    kept.blobs.before_read = save
    assert kept.collect(NOW).deleted_blobs == 0
    assert kept.holds(kept.registry.checkpoints.latest("m").digest, {1})


def test_what_no_save_wrote_is_left_alone(kept: Kept) -> None:
    digest = kept.put({1}).digest
    copy = f"{manifest_name(digest)}.backup"
    with kept.blobs.create(copy) as blob:
        blob.write(b"a person's")
        blob.commit()
    kept.collect(NOW)
    assert [info.name for info in kept.blobs.list("manifests/")] == [copy]


def test_a_negative_grace_period_is_refused(kept: Kept) -> None:
    with pytest.raises(InvalidValueError, match="Grace period"):
        kept.collect(-HOUR)


@pytest.fixture
def garbage(workspace: Workspace, tmp_path: Path) -> Path:
    """The manifest of a checkpoint that another one replaced."""
    workspace.checkpoints.save("m", run="r", step=1, state={"model": {"w": 1.5}})
    (replaced,) = (tmp_path / "store" / "manifests").rglob("?" * 64)
    workspace.checkpoints.save("m", run="r", step=1, state={"model": {"w": 2.5}})
    return replaced


def test_a_damaged_manifest_stops_the_collection_and_is_named(
    workspace: Workspace, tmp_path: Path, garbage: Path
) -> None:
    digest = workspace.checkpoints.get("m", "latest").digest
    damage(manifest(tmp_path / "store", digest), 10)
    with pytest.raises(UnreadableManifestError, match=f"{digest}.*frontier store verify"):
        workspace.store.collect(grace=NOW)
    assert garbage.exists()


def test_a_missing_manifest_stops_the_collection_and_is_named(
    workspace: Workspace, tmp_path: Path, garbage: Path
) -> None:
    digest = workspace.checkpoints.get("m", "latest").digest
    manifest(tmp_path / "store", digest).unlink()
    with pytest.raises(UnreadableManifestError, match=str(digest)):
        workspace.store.collect(grace=NOW)
    assert garbage.exists()


def test_a_store_that_has_another_name_now_is_not_emptied(
    workspace: Workspace, tmp_path: Path, garbage: Path
) -> None:
    url = f"file:{tmp_path}/store"
    with (
        Workspace.open(
            registry_url=f"sqlite:///{tmp_path}/registry.db", stores={"main": url}, actor="ann"
        ) as renamed,
        pytest.raises(SettingsError, match="does not name the store 'default'"),
    ):
        renamed.store.collect(grace=NOW)
    assert garbage.exists()


def test_a_store_with_two_names_is_not_emptied(
    workspace: Workspace, tmp_path: Path, garbage: Path
) -> None:
    url = f"file:{tmp_path}/store"
    with (
        Workspace.open(
            registry_url=f"sqlite:///{tmp_path}/registry.db",
            stores={"default": url, "second": url},
            actor="ann",
        ) as twice,
        pytest.raises(SettingsError, match="as 'default' and as 'second'"),
    ):
        twice.store.collect(grace=NOW)
    assert garbage.exists()


def test_files_of_killed_saves_go_after_a_day_whatever_the_grace_period(
    workspace: Workspace, tmp_path: Path, garbage: Path
) -> None:
    old, young = (tmp_path / "store" / "tmp" / name for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(bytes(100))
    long_ago = old.stat().st_mtime - 2 * DAY.total_seconds()
    os.utime(old, (long_ago, long_ago))
    (announced,) = workspace.store.collect(grace=NOW, dry_run=True)
    assert old.exists()
    (report,) = workspace.store.collect(grace=NOW)
    assert report.abandoned_bytes == announced.abandoned_bytes == 100
    assert (old.exists(), young.exists(), garbage.exists()) == (False, True, False)
