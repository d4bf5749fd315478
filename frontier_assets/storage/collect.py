"""Which blobs of a store hold its artifacts, and which of the others may go.

Pure over blobs: what is reachable, and what was condemned before, is told by the caller.
"""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

from frontier_assets.errors import (
    ArtifactNotFoundError,
    IntegrityError,
    UnreadableManifestError,
    UnsupportedFormatError,
)
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.blob import BlobInfo, BlobStore
from frontier_assets.storage.pack import occupied
from frontier_assets.storage.stored import StoredArtifact
from frontier_assets.types import Digest

# What a save writes, and nothing that a person put beside it.
_SAVED = re.compile(r"(?:manifests|packs)/([0-9a-f]{2})/\1[0-9a-f]+")
_READ_AT_ONCE = 8


class Waiting(Protocol):
    """What is known of a condemned blob; the bytes of a doomed one go in any case."""

    @property
    def condemned_at(self) -> datetime:
        """When it was condemned, in UTC."""

    @property
    def doomed(self) -> bool:
        """Whether a collection decided to delete it, and may have done so."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What one collection does: lets blobs ``live``, condemns others, deletes the ``doomed``.

    ``condemned`` are the newly condemned ones; those of them that are doomed too go at once.
    """

    released: tuple[str, ...]
    condemned: tuple[BlobInfo, ...]
    doomed: tuple[BlobInfo, ...]


def saved_blobs(blobs: BlobStore) -> dict[str, BlobInfo]:
    """Return every manifest and pack of a store by name, whether something needs it or not."""
    listed = (info for prefix in ("manifests/", "packs/") for info in blobs.list(prefix))
    return {info.name: info for info in listed if _SAVED.fullmatch(info.name)}


def blobs_by_artifact(
    store: ArtifactStore, digests: Iterable[Digest]
) -> dict[Digest, tuple[str, ...]]:
    """Return the blobs that hold each of the artifacts, as their manifests say.

    Raises:
        UnreadableManifestError: a manifest is missing or damaged.
    """
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        return dict(threads.map(lambda digest: (digest, _opened(store, digest).blobs), digests))


class Occupancy:
    """What artifacts need of a store: which blobs, and which places in the packs among them."""

    def __init__(self) -> None:
        self.blobs: set[str] = set()
        self._places: dict[str, dict[int, int]] = defaultdict(dict)

    def add(self, store: ArtifactStore, digests: Iterable[Digest]) -> None:
        """Take artifacts in.

        Raises:
            UnreadableManifestError: a manifest is missing or damaged.
        """
        with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
            for stored in threads.map(lambda digest: _opened(store, digest), digests):
                self.blobs.update(stored.blobs)
                for place in stored.locations:
                    self._places[place.pack][place.offset] = place.length

    def thin_packs(self, saved: Mapping[str, BlobInfo], before: datetime) -> dict[str, int]:
        """Return the bytes in use of every pack written ``before`` of which less than half is."""
        used = {pack: occupied(places.values()) for pack, places in self._places.items()}
        return {
            pack: size_bytes
            for pack, size_bytes in used.items()
            if pack in saved
            and 2 * size_bytes < saved[pack].size_bytes
            and saved[pack].modified_at <= before
        }


def planned(
    saved: Mapping[str, BlobInfo],
    live: Collection[str],
    waiting: Mapping[str, Waiting],
    *,
    now: datetime,
    grace: timedelta,
) -> Plan:
    """Decide about the ``saved`` blobs, of which nothing but the ``live`` ones is needed.

    A blob younger than ``grace`` may belong to a save that is not recorded yet. One that was
    condemned less than ``grace`` ago may still be read by somebody who found it before.
    """
    due = now - grace
    dead = [info for name, info in saved.items() if name not in live]
    new = [info for info in dead if info.name not in waiting and info.modified_at <= due]
    old = [info for info in dead if info.name in waiting and _is_due(waiting[info.name], due)]
    return Plan(
        released=tuple(
            name
            for name, blob in waiting.items()
            if not blob.doomed and (name in live or name not in saved)
        ),
        condemned=tuple(new),
        doomed=(*old, *(new if now <= due else ())),
    )


def _is_due(blob: Waiting, due: datetime) -> bool:
    return blob.doomed or blob.condemned_at <= due


def _opened(store: ArtifactStore, digest: Digest) -> StoredArtifact:
    try:
        return store.open(digest)
    except (ArtifactNotFoundError, IntegrityError, UnsupportedFormatError) as error:
        raise UnreadableManifestError(store.name, digest, str(error)) from error
