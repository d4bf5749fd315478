"""What every backend on a server has to do besides, and every one whose server has containers."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.errors import StoreUnavailableError
from frontier_assets.storage.blob import BlobStore
from frontier_assets_tests.storage.contract import BlobStoreContract, names, write
from frontier_assets_tests.storage.damage_contract import DamageContract


class RemoteStoreContract(BlobStoreContract, DamageContract):
    """Subclass it and say which fixture is the ``server``, and how a path of it is ``opened``.

    ``opened(server, path)`` is a static method.
    """

    server: ClassVar[str]
    opened: ClassVar[Callable[..., BlobStore]]
    endpoint: str

    @pytest.fixture(autouse=True)
    def _running(self, request: pytest.FixtureRequest) -> None:
        self.endpoint = request.getfixturevalue(self.server)

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return self.opened(self.endpoint, folder.as_posix())

    def test_memory_that_was_read_can_be_written(self, blobs: BlobStore) -> None:
        write(blobs, "one", b"content")
        assert not blobs.read("one").readonly

    def test_a_blob_of_the_size_of_a_pack_keeps_its_bytes(self, blobs: BlobStore) -> None:
        assert blobs.roll_bytes is not None
        content = np.random.default_rng(0).bytes(blobs.roll_bytes)
        write(blobs, "large", content[:5], content[5:])
        assert blobs.read("large") == content
        assert bytes(blobs.read("large", offset=30 << 20, length=100)) == content[30 << 20 :][:100]

    @pytest.mark.parametrize("size_bytes", [7, 9 << 20])
    def test_a_commit_whose_answer_was_lost_is_not_taken_for_somebody_elses(
        self, blobs: BlobStore, size_bytes: int
    ) -> None:
        with blobs.create("one") as blob:
            blob.write(b"x" * size_bytes)
            blob.commit()
            blob.commit()  # as it is repeated then
        assert blobs.size("one") == size_bytes

    def test_stores_with_other_prefixes_see_nothing_of_each_other(self, tmp_path: Path) -> None:
        first, second = (self.open_store(tmp_path / name) for name in ("a", "ab"))
        write(second, "one", b"x")
        assert names(first) == set()


class ContainerStoreContract(RemoteStoreContract):
    """``opened`` takes a container as well; ``missing`` is said of one that does not exist."""

    missing: ClassVar[str]

    @pytest.fixture
    def nowhere(self) -> BlobStore:
        return self.opened(self.endpoint, container="nowhere")

    @pytest.mark.parametrize("call", ["read", "size", "delete"])
    def test_a_missing_container_is_named_with_its_remedy(
        self, nowhere: BlobStore, call: str
    ) -> None:
        with pytest.raises(StoreUnavailableError, match=self.missing):
            getattr(nowhere, call)("one")

    def test_a_missing_container_cannot_be_listed_or_written(self, nowhere: BlobStore) -> None:
        with pytest.raises(StoreUnavailableError, match=self.missing):
            list(nowhere.list())
        with pytest.raises(StoreUnavailableError, match=self.missing):
            write(nowhere, "one", b"x")
