"""What every blob store has to do when a blob takes the place of another one."""

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from frontier_assets.errors import BlobChangedError, BlobNotFoundError, InvalidValueError
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.storage.blobs import names, write

NAME = "manifests/ab/one"


class ReplaceContract:
    @pytest.mark.parametrize(
        "data", [b"after", b"", b"longer than what was there before", b"before"]
    )
    def test_a_replaced_blob_has_the_new_content(self, blobs: BlobStore, data: bytes) -> None:
        write(blobs, NAME, b"before")
        write(blobs, "manifests/ab/two", b"another")
        assert bytes(blobs.read(NAME)) == b"before"
        blobs.replace(NAME, data, expected=b"before")
        assert bytes(blobs.read(NAME)) == data
        assert blobs.size(NAME) == len(data)
        assert {info.name: info.size_bytes for info in blobs.list()} == {
            NAME: len(data),
            "manifests/ab/two": 7,
        }
        assert bytes(blobs.read("manifests/ab/two")) == b"another"

    def test_an_empty_blob_is_replaced_and_that_one_again(self, blobs: BlobStore) -> None:
        write(blobs, NAME, b"")
        blobs.replace(NAME, b"first", expected=b"")
        blobs.replace(NAME, b"second", expected=b"first")
        assert bytes(blobs.read(NAME)) == b"second"
        blobs.delete(NAME)
        assert names(blobs) == set()

    @pytest.mark.parametrize("expected", [b"", b"befor", b"before!", b"BEFORE"])
    def test_another_content_than_the_expected_one_stays(
        self, blobs: BlobStore, expected: bytes
    ) -> None:
        write(blobs, NAME, b"before")
        with pytest.raises(BlobChangedError, match=NAME):
            blobs.replace(NAME, b"after", expected=expected)
        assert bytes(blobs.read(NAME)) == b"before"

    def test_a_missing_blob_is_not_made(self, blobs: BlobStore) -> None:
        with pytest.raises(BlobNotFoundError, match=NAME):
            blobs.replace(NAME, b"after", expected=b"")
        write(blobs, NAME, b"before")
        blobs.delete(NAME)
        with pytest.raises(BlobNotFoundError, match=NAME):
            blobs.replace(NAME, b"after", expected=b"before")
        assert names(blobs) == set()

    def test_nothing_outside_the_store_is_replaced(self, blobs: BlobStore) -> None:
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.replace("../outside", b"after", expected=b"before")

    def test_one_of_eight_concurrent_replacers_wins(self, blobs: BlobStore) -> None:
        write(blobs, NAME, b"before")
        ready = threading.Barrier(8)

        def attempt(number: int) -> bool:
            ready.wait()
            try:
                blobs.replace(NAME, bytes([number]) * 1_000, expected=b"before")
            except BlobChangedError:
                return False
            return True

        with ThreadPoolExecutor(8) as threads:
            outcomes = list(threads.map(attempt, range(8)))
        assert sorted(outcomes) == [False] * 7 + [True]
        assert bytes(blobs.read(NAME)) == bytes([outcomes.index(True)]) * 1_000

    def test_a_deletion_is_not_undone_by_a_replacement(self, blobs: BlobStore) -> None:
        def replace() -> None:
            with contextlib.suppress(BlobChangedError, BlobNotFoundError):
                blobs.replace(NAME, b"after", expected=b"before")

        with ThreadPoolExecutor(2) as threads:
            for _ in range(20):
                write(blobs, NAME, b"before")
                attempts = threads.submit(replace), threads.submit(blobs.delete, NAME)
                for attempt in attempts:
                    attempt.result()
                assert names(blobs) == set()

    def test_readers_see_one_content_or_the_next_one(self, blobs: BlobStore) -> None:
        contents = [bytes([number]) * (500 + number) for number in range(30)]
        write(blobs, NAME, contents[0])
        blobs.read(NAME)
        done = threading.Event()

        def seen() -> set[bytes]:
            found = {bytes(blobs.read(NAME))}
            while not done.is_set():
                found.add(bytes(blobs.read(NAME)))
            return found

        with ThreadPoolExecutor(3) as threads:
            readers = [threads.submit(seen) for _ in range(3)]
            try:
                for old, new in itertools.pairwise(contents):
                    blobs.replace(NAME, new, expected=old)
            finally:
                done.set()
            assert set[bytes]().union(*(reader.result() for reader in readers)) <= set(contents)
        assert bytes(blobs.read(NAME)) == contents[-1]
