from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.storage.contract import BlobStoreContract, names, write
from frontier_assets_tests.storage.damage_contract import DamageContract


def opened(folder: Path, name: str = "store") -> BlobStore:
    return open_blob_store(f"memory:{folder.as_posix().strip('/')}/{name}", root=None)


@pytest.mark.feature("STO-1")
class TestMemoryBlobStore(BlobStoreContract, DamageContract):
    scheme = "memory"

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return opened(folder)


def test_stores_of_other_names_see_nothing_of_each_other(tmp_path: Path) -> None:
    write(opened(tmp_path, "first"), "one", b"x")
    assert names(opened(tmp_path, "second")) == set()


def test_memory_that_was_read_can_be_written_and_the_blob_stays(tmp_path: Path) -> None:
    write(opened(tmp_path), "one", b"content")
    opened(tmp_path).read("one")[0] = 0
    assert bytes(opened(tmp_path).read("one")) == b"content"


@pytest.mark.parametrize("url", ["memory:", "memory://", "memory:a b"])
def test_a_store_without_a_usable_name_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match="is not valid"):
        open_blob_store(url, root=None)
