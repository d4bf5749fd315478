"""What every blob store has to do; a backend's test is a subclass that opens one."""

import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from frontier_assets.errors import BlobExistsError, BlobNotFoundError, InvalidValueError
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.storage.blobs import names, write
from frontier_assets_tests.storage.fill_contract import FillContract
from frontier_assets_tests.storage.replace_contract import ReplaceContract

__all__ = ["BlobStoreContract", "names", "write"]

UNSAFE_NAMES = (
    "",
    "/etc/passwd",
    "../outside",
    "packs/../../outside",
    "packs/./x",
    "packs//x",
    "packs/",
    "packs\\x",
    "packs/a b",
    "packs/\n",
    "packs/é",
    ".hidden",
    "packs/.hidden",
    "x" * 901,
)


class BlobStoreContract(FillContract, ReplaceContract, ABC):
    """Subclass it as ``Test<Backend>`` and say how a fresh, empty store is opened."""

    scheme: ClassVar[str]

    @abstractmethod
    def open_store(self, folder: Path) -> BlobStore:
        """Open the store of this test; called twice, both see the same blobs."""

    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return self.open_store(tmp_path)

    def test_reads_what_was_written(self, blobs: BlobStore) -> None:
        write(blobs, "packs/ab/one", b"first ", b"second", b"")
        assert bytes(blobs.read("packs/ab/one")) == b"first second"
        assert blobs.size("packs/ab/one") == 12

    def test_another_opening_sees_the_same_blobs(self, blobs: BlobStore, tmp_path: Path) -> None:
        write(blobs, "one", b"content")
        assert bytes(self.open_store(tmp_path).read("one")) == b"content"

    def test_keeps_an_empty_blob(self, blobs: BlobStore) -> None:
        write(blobs, "empty", b"")
        assert (bytes(blobs.read("empty")), blobs.size("empty")) == (b"", 0)

    def test_writes_arrays_from_where_they_lie(self, blobs: BlobStore) -> None:
        array = np.arange(300_000, dtype=np.float64)
        with blobs.create("array") as blob:
            blob.write(array.data)
            blob.commit()
        assert bytes(blobs.read("array")) == array.tobytes()

    @pytest.mark.parametrize("size_hint", [1, 1_000, 1 << 20])
    def test_a_size_hint_changes_nothing_but_the_speed(
        self, blobs: BlobStore, size_hint: int
    ) -> None:
        write(blobs, "hinted", b"x" * 1_000, size_hint=size_hint)
        assert bytes(blobs.read("hinted")) == b"x" * 1_000

    def test_reads_a_range(self, blobs: BlobStore) -> None:
        write(blobs, "range", bytes(range(100)))
        assert bytes(blobs.read("range", offset=10, length=5)) == bytes(range(10, 15))
        assert bytes(blobs.read("range", offset=90)) == bytes(range(90, 100))
        assert bytes(blobs.read("range", length=0)) == b""

    def test_returns_what_there_is_where_the_blob_ends_early(self, blobs: BlobStore) -> None:
        write(blobs, "short", b"abc")
        assert bytes(blobs.read("short", offset=1, length=100)) == b"bc"
        assert bytes(blobs.read("short", offset=100, length=1)) == b""

    def test_what_was_read_is_not_changed_by_a_deletion(self, blobs: BlobStore) -> None:
        write(blobs, "one", b"content")
        data = blobs.read("one")
        blobs.delete("one")
        assert bytes(data) == b"content"

    def test_a_missing_blob_is_named_in_the_error(self, blobs: BlobStore) -> None:
        with pytest.raises(BlobNotFoundError, match="packs/ab/none"):
            blobs.read("packs/ab/none")
        with pytest.raises(BlobNotFoundError, match="packs/ab/none"):
            blobs.size("packs/ab/none")

    def test_a_folder_of_blobs_is_not_a_blob(self, blobs: BlobStore) -> None:
        write(blobs, "packs/ab/one", b"x")
        with pytest.raises(BlobNotFoundError):
            blobs.read("packs/ab")
        with pytest.raises(BlobNotFoundError):
            blobs.size("packs/ab")
        with pytest.raises(BlobNotFoundError):
            blobs.size("packs/ab/one/below")

    def test_a_taken_name_is_refused_and_keeps_its_bytes(self, blobs: BlobStore) -> None:
        write(blobs, "one", b"first")
        with pytest.raises(BlobExistsError, match="one"):
            write(blobs, "one", b"second")
        assert bytes(blobs.read("one")) == b"first"

    def test_nothing_is_visible_before_the_commit(self, blobs: BlobStore) -> None:
        with blobs.create("one") as blob:
            blob.write(b"content")
            assert names(blobs) == set()
            with pytest.raises(BlobNotFoundError):
                blobs.read("one")
        assert names(blobs) == set()

    def test_an_exception_drops_the_blob(self, blobs: BlobStore) -> None:
        def interrupted() -> None:
            with blobs.create("one") as blob:
                blob.write(b"content")
                raise KeyError("midway")

        with pytest.raises(KeyError, match="midway"):
            interrupted()
        assert names(blobs) == set()
        write(blobs, "one", b"again")
        assert bytes(blobs.read("one")) == b"again"

    def test_one_of_eight_concurrent_writers_wins(self, blobs: BlobStore) -> None:
        ready = threading.Barrier(8)

        def attempt(writer: int) -> str:
            ready.wait()
            try:
                write(blobs, "contended", bytes([writer]) * 1_000)
            except BlobExistsError:
                return "refused"
            return "won"

        with ThreadPoolExecutor(8) as threads:
            outcomes = sorted(threads.map(attempt, range(8)))
        assert outcomes == ["refused"] * 7 + ["won"]
        assert len(set(bytes(blobs.read("contended")))) == 1

    def test_lists_by_prefix(self, blobs: BlobStore) -> None:
        for name in ("manifests/ab/1", "manifests/ac/2", "packs/ab/3", "packs-old"):
            write(blobs, name, b"x")
        assert names(blobs, "manifests/") == {"manifests/ab/1", "manifests/ac/2"}
        assert names(blobs, "manifests/a") == {"manifests/ab/1", "manifests/ac/2"}
        assert names(blobs, "packs") == {"packs/ab/3", "packs-old"}
        assert names(blobs, "nothing/") == set()
        assert len(names(blobs)) == 4

    def test_a_listing_has_sizes_and_times(self, blobs: BlobStore) -> None:
        write(blobs, "one", b"12345")
        (info,) = blobs.list()
        assert info.size_bytes == 5
        assert abs(info.modified_at - datetime.now(UTC)) < timedelta(minutes=5)

    def test_an_empty_store_lists_nothing(self, blobs: BlobStore) -> None:
        assert names(blobs) == set()

    def test_deletes_and_deletes_again(self, blobs: BlobStore) -> None:
        write(blobs, "one", b"x")
        blobs.delete("one")
        blobs.delete("one")
        blobs.delete("packs/ab/never")
        assert names(blobs) == set()

    @pytest.mark.parametrize("name", UNSAFE_NAMES)
    def test_refuses_names_that_could_leave_the_store(self, blobs: BlobStore, name: str) -> None:
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.create(name)
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.read(name)
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.size(name)
        with pytest.raises(InvalidValueError, match="Blob name"):
            blobs.delete(name)

    def test_the_url_names_the_scheme(self, blobs: BlobStore) -> None:
        assert blobs.url.startswith(f"{self.scheme}:")
