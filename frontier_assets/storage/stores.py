"""The named stores of a project, each opened when it is first used."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

from frontier_assets.errors import SettingsError
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.backends import open_blob_store


class ArtifactStores(Mapping[str, ArtifactStore]):
    """Named artifact stores by name. Thread-safe; opening one connects to its backend.

    ``urls`` maps names to URLs; ``root`` is what relative locations are relative to.
    """

    def __init__(self, urls: Mapping[str, str], *, root: Path | None) -> None:
        self._urls = dict(urls)
        self._root = root
        self._opened: dict[str, ArtifactStore] = {}
        self._lock = threading.Lock()

    @override
    def __getitem__(self, name: str) -> ArtifactStore:
        """Return the store; an unknown name raises `SettingsError` and lists the known ones."""
        if name not in self._urls:
            raise SettingsError(
                f"Store '{name}'",
                f"is not among the named stores ({', '.join(sorted(self._urls))})",
                "name it in FRONTIER_STORES",
            )
        with self._lock:
            if name not in self._opened:
                blobs = open_blob_store(self._urls[name], root=self._root)
                self._opened[name] = ArtifactStore(name, blobs)
            return self._opened[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._urls)

    @override
    def __len__(self) -> int:
        return len(self._urls)
