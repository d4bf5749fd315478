from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    StoreUnavailableError,
)
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.retrying import RetryingBlobStore, RetryPolicy
from frontier_assets_tests.storage.contract import BlobStoreContract, names, write
from frontier_assets_tests.storage.unsteady import LosesAnswers, Unsteady
from frontier_assets_tests.storage.wrapper_contract import OverFolderContract, OverMemoryContract

QUICK = RetryPolicy(attempts=4, first_delay_s=0.001, maximum_delay_s=0.002)


class TestRetryingBlobStore(OverFolderContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return RetryingBlobStore(behind, QUICK)


class TestRetryingBlobStoreInMemory(OverMemoryContract):
    @override
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        return RetryingBlobStore(behind, QUICK)


class TestRetryingBlobStoreOverFailures(BlobStoreContract):
    """Every call fails twice before it succeeds."""

    scheme = "file"

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return RetryingBlobStore(Unsteady(folder / "store", failures=2), QUICK)


def test_a_commit_whose_answer_was_lost_is_known_by_its_content(tmp_path: Path) -> None:
    write(RetryingBlobStore(LosesAnswers(tmp_path), QUICK), "one", b"a" * 1_000, b"", b"b")
    assert bytes(LocalBlobStore(tmp_path).read("one")) == b"a" * 1_000 + b"b"


def test_a_commit_that_never_arrived_is_repeated(tmp_path: Path) -> None:
    blobs = LosesAnswers(tmp_path)
    blobs.carried_out = False
    write(RetryingBlobStore(blobs, QUICK), "one", b"content")
    assert bytes(LocalBlobStore(tmp_path).read("one")) == b"content"


@pytest.mark.parametrize("other", [b"shorter", b"another"[:6] + b"!", b""])
def test_a_name_that_another_writer_took_meanwhile_is_refused(tmp_path: Path, other: bytes) -> None:
    blobs = LosesAnswers(tmp_path)
    blobs.instead = other
    with pytest.raises(BlobExistsError):
        write(RetryingBlobStore(blobs, QUICK), "one", b"content")
    assert bytes(LocalBlobStore(tmp_path).read("one")) == other


def test_a_name_that_was_taken_before_is_refused_even_with_equal_content(tmp_path: Path) -> None:
    blobs = RetryingBlobStore(LocalBlobStore(tmp_path), QUICK)
    write(blobs, "one", b"content")
    with pytest.raises(BlobExistsError):
        write(blobs, "one", b"content")


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_replacement_whose_answer_was_lost_is_made_once(
    tmp_path: Path, *, carried_out: bool
) -> None:
    blobs = LosesAnswers(tmp_path)
    blobs.carried_out = carried_out
    write(LocalBlobStore(tmp_path), "one", b"before")
    RetryingBlobStore(blobs, QUICK).replace("one", b"after", expected=b"before")
    assert bytes(LocalBlobStore(tmp_path).read("one")) == b"after"


def test_a_replacement_that_another_one_preceded_is_refused(tmp_path: Path) -> None:
    blobs = LosesAnswers(tmp_path)
    blobs.instead = b"another"
    write(LocalBlobStore(tmp_path), "one", b"before")
    with pytest.raises(BlobChangedError):
        RetryingBlobStore(blobs, QUICK).replace("one", b"after", expected=b"before")
    assert bytes(LocalBlobStore(tmp_path).read("one")) == b"another"


def test_a_replacement_of_another_content_is_refused_though_the_new_one_is_there(
    tmp_path: Path,
) -> None:
    blobs = RetryingBlobStore(LocalBlobStore(tmp_path), QUICK)
    write(blobs, "one", b"after")
    with pytest.raises(BlobChangedError):
        blobs.replace("one", b"after", expected=b"before")


def test_memory_that_a_failure_left_half_filled_is_filled_on(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    write(LocalBlobStore(tmp_path), "one", content)
    behind, pieces = Unsteady(tmp_path, failures=3), list[bytes]()
    target = memoryview(bytearray(len(content)))
    RetryingBlobStore(behind, QUICK).fill(
        "one", target, each=lambda piece: pieces.append(bytes(piece))
    )
    assert target == content
    assert b"".join(pieces) == content
    assert behind.calls == {"fill one": 4}


def test_the_last_error_passes_when_no_attempt_is_left(tmp_path: Path) -> None:
    blobs = Unsteady(tmp_path, failures=1_000)
    with pytest.raises(StoreUnavailableError, match="connection reset"):
        RetryingBlobStore(blobs, QUICK).read("one")
    assert blobs.calls == {"read one": QUICK.attempts}


def test_an_error_that_stays_is_not_tried_again(tmp_path: Path) -> None:
    blobs = Unsteady(tmp_path, failures=1_000, retryable=False)
    with pytest.raises(StoreUnavailableError):
        RetryingBlobStore(blobs, QUICK).size("one")
    assert blobs.calls == {"size one": 1}


def test_a_missing_blob_is_not_asked_for_again(tmp_path: Path) -> None:
    blobs = Unsteady(tmp_path, failures=0)
    with pytest.raises(BlobNotFoundError):
        RetryingBlobStore(blobs, QUICK).read("one")
    assert blobs.calls == {"read one": 1}


def test_a_listing_that_broke_off_names_every_blob_once(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(LocalBlobStore(tmp_path), name, b"x")
    blobs = RetryingBlobStore(Unsteady(tmp_path, failures=2), QUICK)
    assert [info.name for info in blobs.list()] == ["a", "b", "c"]
    assert names(blobs) == {"a", "b", "c"}


def test_waits_grow_are_random_and_stay_below_their_limits() -> None:
    policy = RetryPolicy(attempts=9, first_delay_s=1.0, maximum_delay_s=5.0)
    for attempt, limit in ((1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0), (900, 5.0)):
        waits = [policy.delay_s(attempt) for _ in range(300)]
        assert 0 <= min(waits) < 0.1 * limit < 0.9 * limit < max(waits) <= limit
