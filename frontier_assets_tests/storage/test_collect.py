from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontier_assets.errors import UnreadableManifestError
from frontier_assets.registry.collection import Condemned
from frontier_assets.storage.blob import BlobInfo
from frontier_assets.storage.collect import blobs_by_artifact, planned, saved_blobs
from frontier_assets.types import Digest
from frontier_assets_tests.storage.contract import write
from frontier_assets_tests.storage.trees import floats, open_store, small_tree, tree

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def blob(name: str, age: timedelta) -> BlobInfo:
    return BlobInfo(name, 10, NOW - age)


def waiting(name: str, age: timedelta, *, doomed: bool = False) -> Condemned:
    return Condemned(name, 10, NOW - age, doomed)


def plan(
    saved: list[BlobInfo], live: set[str], condemned: list[Condemned], grace: timedelta = DAY
) -> tuple[list[str], list[str], list[str]]:
    found = planned(
        {info.name: info for info in saved},
        live,
        {item.blob: item for item in condemned},
        now=NOW,
        grace=grace,
    )
    return (
        list(found.released),
        [info.name for info in found.condemned],
        [info.name for info in found.doomed],
    )


@pytest.mark.parametrize(("age", "expected"), [(DAY, ["a"]), (DAY - SECOND, [])])
def test_dead_blobs_are_condemned_when_they_are_old_enough(
    age: timedelta, expected: list[str]
) -> None:
    assert plan([blob("a", age)], set(), []) == ([], expected, [])


@pytest.mark.parametrize(("age", "expected"), [(DAY, ["a"]), (DAY - SECOND, [])])
def test_condemned_blobs_are_doomed_when_they_waited_long_enough(
    age: timedelta, expected: list[str]
) -> None:
    assert plan([blob("a", 9 * DAY)], set(), [waiting("a", age)]) == ([], [], expected)


def test_live_blobs_are_left_alone_and_released() -> None:
    saved = [blob("a", 9 * DAY), blob("b", 9 * DAY)]
    assert plan(saved, {"a", "b"}, [waiting("a", DAY)]) == (["a"], [], [])


def test_a_condemned_blob_that_is_gone_is_released() -> None:
    assert plan([], set(), [waiting("a", DAY), waiting("b", DAY, doomed=True)]) == (["a"], [], [])


def test_a_doomed_blob_goes_however_young_it_is() -> None:
    found = plan([blob("a", 0 * DAY)], set(), [waiting("a", 0 * DAY, doomed=True)])
    assert found == ([], [], ["a"])


def test_without_grace_blobs_are_condemned_and_doomed_at_once() -> None:
    assert plan([blob("a", 0 * DAY)], set(), [], grace=0 * DAY) == ([], ["a"], ["a"])


def test_a_blob_from_a_clock_that_is_ahead_is_young() -> None:
    assert plan([blob("a", -DAY)], set(), [], grace=0 * DAY) == ([], [], [])


def test_the_blobs_of_an_artifact_are_its_manifest_and_all_of_its_packs(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first = store.put(tree(floats("a", 100)))
    both = store.put(tree(floats("a", 100), floats("b", 100, start=5.0)), parents=[first.digest])
    found = blobs_by_artifact(store, [first.digest, both.digest])
    assert found[first.digest] == first.blobs
    assert set(first.blobs) | set(both.blobs) == set(saved_blobs(store.blobs))
    assert len(both.blobs) == 3


def test_blobs_that_no_save_wrote_are_none_of_a_stores(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    name = store.put(small_tree()).blobs[0]
    for other in ("packs/notes", f"{name}.backup", "manifests/ab/cd", "keys/0a/0abc"):
        write(store.blobs, other, b"x")
    assert len(saved_blobs(store.blobs)) == 2


def test_an_artifact_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = Digest("e" * 64)
    with pytest.raises(UnreadableManifestError, match=f"'default'.*{missing}.*nothing there"):
        blobs_by_artifact(open_store(tmp_path), [missing])
