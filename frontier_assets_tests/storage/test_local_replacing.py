"""What a kill or a power failure in the middle of a replacement leaves of a folder of blobs."""

import json
import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.storage.local import TEMPORARY_FOLDER, LocalBlobStore
from frontier_assets_tests.end_to_end.interception import Boundaries, DiskInterception
from frontier_assets_tests.end_to_end.power_loss import (
    Names,
    Tree,
    read_tree,
    replayed,
    without,
    write_tree,
)
from frontier_assets_tests.storage.contract import names, write

NAME, BEFORE, AFTER = "manifests/ab/one", b"before", b"a longer content afterwards"


def _replace(store: Path, trace: Path, fatal: int | None) -> None:
    DiskInterception(store, Boundaries(trace, fatal), skipped=()).install()
    LocalBlobStore(store).replace(NAME, AFTER, expected=BEFORE)


def replaced_in_a_process(store: Path, trace: Path, *, fatal: int | None = None) -> int | None:
    """Return the exit status of a process that replaces the blob, or dies at ``fatal``."""
    process = multiprocessing.get_context("fork").Process(
        target=_replace, args=(store, trace, fatal)
    )
    process.start()
    process.join()
    return process.exitcode


@pytest.fixture
def before(tmp_path: Path) -> Tree:
    """The store with a blob, as it is before the replacement."""
    write(LocalBlobStore(tmp_path / "store"), NAME, BEFORE)
    return read_tree(tmp_path / "store")


@pytest.fixture
def events(tmp_path: Path, before: Tree) -> Sequence[dict[str, Any]]:
    """What a replacement does to the disk, in order, with the boundaries at which it may die."""
    assert replaced_in_a_process(tmp_path / "store", tmp_path / "trace") == 0
    write_tree(tmp_path / "store", before)
    return [json.loads(line) for line in (tmp_path / "trace").read_bytes().splitlines()]


def test_a_kill_anywhere_leaves_one_content_and_others_go_on(
    tmp_path: Path, before: Tree, events: Sequence[dict[str, Any]]
) -> None:
    store, seen = tmp_path / "store", set()
    for fatal in range(sum(event["call"] == "boundary" for event in events)):
        write_tree(store, before)
        assert replaced_in_a_process(store, tmp_path / "other", fatal=fatal) == -9
        present = bytes(LocalBlobStore(store).read(NAME))
        seen.add(present)
        assert without(read_tree(store), store / TEMPORARY_FOLDER) == {
            **without(before, store / TEMPORARY_FOLDER),
            store / NAME: present,
        }
        LocalBlobStore(store).replace(NAME, b"next", expected=present)
        LocalBlobStore(store).delete(NAME)
        assert names(LocalBlobStore(store)) == set()
    assert seen == {BEFORE, AFTER}


def test_a_power_failure_leaves_one_content_and_after_the_return_the_new_one(
    tmp_path: Path, before: Tree, events: Sequence[dict[str, Any]]
) -> None:
    store = tmp_path / "store"
    for count in range(len(events) + 1):
        for loss in Names:
            found = replayed(before, events[:count]).after_loss(loss)
            assert found[store / NAME] in (BEFORE, AFTER)
            assert (
                without(found, store / TEMPORARY_FOLDER).keys()
                == without(before, store / TEMPORARY_FOLDER).keys()
            )
    assert {replayed(before, events).after_loss(loss)[store / NAME] for loss in Names} == {AFTER}
