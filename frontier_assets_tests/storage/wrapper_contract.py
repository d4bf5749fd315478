"""The contract of a wrapper: the one of every store, over a folder and over memory."""

import os
from abc import abstractmethod
from pathlib import Path

import pytest
from typing_extensions import override

from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.memory import MemoryBlobStore
from frontier_assets_tests.storage.contract import BlobStoreContract


class OverFolderContract(BlobStoreContract):
    scheme = "file"

    @abstractmethod
    def wrapped(self, behind: BlobStore, folder: Path) -> BlobStore:
        """Return the wrapper around ``behind``; what it keeps for itself goes into ``folder``."""

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return self.wrapped(LocalBlobStore(folder / "store"), folder)


class OverMemoryContract(OverFolderContract):
    scheme = "memory"

    @pytest.fixture(autouse=True)
    def backend(self) -> None:
        self.behind = MemoryBlobStore(f"wrapped-{os.urandom(8).hex()}")

    @override
    def open_store(self, folder: Path) -> BlobStore:
        return self.wrapped(self.behind, folder)
