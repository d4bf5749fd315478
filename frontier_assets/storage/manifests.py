"""The manifests of a store, read and proved; the ones used last stay parsed."""

import threading
from collections import OrderedDict

from frontier_assets.errors import ArtifactNotFoundError, BlobNotFoundError, IntegrityError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.manifest import Manifest, parse
from frontier_assets.storage.stored import manifest_name
from frontier_assets.types import Digest

_KEPT = 16


class Manifests:
    """Reads manifests. Thread-safe.

    A manifest is read each time, since it is replaced when its artifact is laid out again, and
    parsed only when its bytes are not the ones that were parsed before.
    """

    def __init__(self, store: str, blobs: BlobStore) -> None:
        self._store, self._blobs = store, blobs
        self._parsed: OrderedDict[Digest, tuple[bytes, Manifest]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, digest: Digest, *, from_source: bool = False) -> bytes:
        """Return the bytes of a manifest, not proved; on request past what is kept nearby.

        Raises:
            ArtifactNotFoundError: the store holds no such artifact.
            IntegrityError: the store itself finds that the blob was changed, as encryption does.
        """
        name = manifest_name(digest)
        blobs = self._blobs.source if from_source else self._blobs
        try:
            return bytes(blobs.read(name))
        except IntegrityError as error:
            raise IntegrityError(digest, name, error.problem) from error
        except BlobNotFoundError as error:
            raise ArtifactNotFoundError(
                digest,
                f"store '{self._store}' ({self._blobs.url})",
                "check the digest and the store's URL, or build the version again",
            ) from error

    def get(self, digest: Digest) -> Manifest:
        """Return a manifest; raises as `read` and `parse` do."""
        text = self.read(digest)
        with self._lock:
            known = self._parsed.get(digest)
            if known is not None and known[0] == text:
                self._parsed.move_to_end(digest)
                return known[1]
        manifest = parse(text, digest=digest, where=manifest_name(digest))
        with self._lock:
            self._parsed[digest] = text, manifest
            while len(self._parsed) > _KEPT:
                self._parsed.popitem(last=False)
        return manifest
