"""The named stores of a project, each opened when it is first used."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

from frontier_assets.errors import SettingsError
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.backends import open_blob_store
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.cache_url import open_cache
from frontier_assets.storage.cached import CachedBlobStore
from frontier_assets.storage.connections import Connections
from frontier_assets.storage.outside import Outside
from frontier_assets.storage.retrying import RetryingBlobStore
from frontier_assets.storage.store_options import StoreOptions

_LOCAL_SCHEMES = ("file", "memory")
# Packs have random names. A manifest is written anew under its name when it was damaged.
_NEVER_REWRITTEN = "packs/"


class ArtifactStores(Mapping[str, ArtifactStore]):
    """Named artifact stores by name. Thread-safe; opening one connects to its backend.

    ``urls`` maps names to URLs; ``root`` is what relative locations are relative to. With a file
    of keys every store is encrypted; with a ``cache_url`` packs of remote stores are kept there.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        *,
        root: Path | None,
        encryption_key_file: Path | None = None,
        cache_url: str | None = None,
        connections: Connections | None = None,
    ) -> None:
        self._urls = dict(urls)
        self._root = root
        self._encryption_key_file = encryption_key_file
        self._cache_url = cache_url
        self._connections = connections
        self.outside = Outside(root=root, connections=connections)
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
                url, options = StoreOptions.taken_from(self._urls[name])
                self._opened[name] = ArtifactStore(
                    name, self._open(url), options, outside=self.outside
                )
            return self._opened[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._urls)

    @override
    def __len__(self) -> int:
        return len(self._urls)

    def _open(self, url: str) -> BlobStore:
        """Open a backend and put around it what the settings ask for.

        Retries are innermost, so that a lost answer is recognised by the bytes that were sent. The
        cache is below the encryption: it holds what the backend holds, and nothing is readable
        without the key. What is local has no transient errors, and a copy of it is no faster.
        """
        # Definitions load without `cryptography`.
        from frontier_assets.storage.encryption import unlocked  # noqa: PLC0415

        blobs = open_blob_store(url, root=self._root, connections=self._connections)
        if url.partition(":")[0] not in _LOCAL_SCHEMES:
            blobs = RetryingBlobStore(blobs)
            if self._cache_url is not None:
                cache = open_cache(self._cache_url, root=self._root)
                blobs = CachedBlobStore(blobs, cache, prefix=_NEVER_REWRITTEN)
        return unlocked(blobs, self._encryption_key_file)
