from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import IntegrityError, StoreUnavailableError
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.probe import probe


def test_a_store_that_works_is_left_as_it_was(tmp_path: Path) -> None:
    probe(LocalBlobStore(tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_that_returns_other_bytes_is_refused_and_left_empty(tmp_path: Path) -> None:
    class Forgetful(LocalBlobStore):
        @override
        def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
            return memoryview(b"other")

    with pytest.raises(IntegrityError, match="a new blob reads back as other bytes"):
        probe(Forgetful(tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_where_nothing_can_be_written_is_refused() -> None:
    with pytest.raises(
        StoreUnavailableError, match="Store file:/proc/none cannot be used: No such"
    ):
        probe(LocalBlobStore(Path("/proc/none")))
