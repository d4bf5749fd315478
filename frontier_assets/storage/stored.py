"""A stored artifact: read lazily, entry by entry, every byte verified before it is used."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from frontier_assets.errors import ArtifactNotFoundError, IntegrityError, InvalidValueError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.content import Content
from frontier_assets.storage.copying import StoredContent
from frontier_assets.storage.layout import Location, Parts, is_outside
from frontier_assets.storage.manifest import FILES, ITEM_BYTES, EntryRecord, Manifest
from frontier_assets.storage.members import write_files
from frontier_assets.storage.reading import Reader
from frontier_assets.types import ArtifactContent, Digest

if TYPE_CHECKING:
    import numpy as np


class StoredArtifact(ArtifactContent):
    """An artifact of a store, as its verified manifest describes it. Thread-safe.

    ``uri`` is the manifest's place. ``size_bytes`` counts the raw content; ``stored_bytes`` is
    what the `put` that returned this newly wrote, and 0 when it was opened.
    """

    def __init__(
        self,
        store: str,
        blobs: BlobStore,
        digest: Digest,
        manifest: Manifest,
        *,
        stored_bytes: int = 0,
    ) -> None:
        self.store = store
        self.digest = digest
        self.uri = f"{blobs.url}/{manifest_name(digest)}"
        self.kind = manifest.kind
        self.structure = manifest.structure
        self.entries = manifest.entries
        self.size_bytes = sum(entry.length for entry in manifest.entries)
        self.stored_bytes = stored_bytes
        self._packs = manifest.packs
        self._reader = Reader(blobs, digest)
        self._places = {entry.name: (entry, parts) for entry, parts in manifest.pairs()}

    @property
    def blobs(self) -> tuple[str, ...]:
        """The names of the store's blobs that it needs: its manifest and packs."""
        packs = (pack for pack in self._packs if not is_outside(pack))
        return manifest_name(self.digest), *sorted(packs)

    @property
    def outside_uris(self) -> tuple[str, ...]:
        """Where those of its files lie that no store of ours holds."""
        return tuple(sorted(filter(is_outside, self._packs)))

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the entries, in the order in which they were saved."""
        return tuple(self._places)

    @property
    def locations(self) -> frozenset[Location]:
        """Where its bytes lie; other artifacts may have theirs in the same places."""
        return frozenset(
            link.at for _, parts in self._places.values() for part in parts for link in part.chain()
        )

    def read_entry(self, name: str) -> memoryview:
        """Return the raw bytes of an entry; the memory is the caller's own, and writable.

        Raises:
            ArtifactNotFoundError: there is no entry of this name.
            IntegrityError: its content, its padding or the header of its pack was changed.
        """
        entry, parts = self._place(name)
        return self._reader.read(entry, parts)

    def view_entry(self, name: str) -> memoryview:
        """Return an entry like `read_entry`, without a copy where its store is a local disk.

        Then it is a private mapping of the pack: writing to it changes nothing stored, and it
        shows what somebody does to the file afterwards, which nothing here does. Raises as
        `read_entry` does.
        """
        entry, parts = self._place(name)
        return self._reader.view(entry, parts)

    def read_into(self, name: str, target: memoryview) -> None:
        """Fill ``target``, which is as long as the entry, with its raw bytes.

        Raises:
            InvalidValueError: ``target`` has another length, or cannot be written to.
            IntegrityError: as for `read_entry`; ``target`` may not be used then.
        """
        entry, parts = self._place(name)
        if target.nbytes != entry.length or target.readonly:
            raise InvalidValueError(
                f"Memory for entry '{name}'",
                f"{target.nbytes} bytes",
                f"expected {entry.length} bytes that may be written to",
            )
        self._reader.read_into(entry, parts, target)

    def content(self, name: str) -> Content:
        """Return an entry as another store takes it in; reading it raises as `read_entry` does."""
        return StoredContent(self._reader, *self._place(name))

    @override
    def read(self, member: str) -> bytes:
        """Return the bytes of an entry; raises as `read_entry` does."""
        return bytes(self.read_entry(member))

    @override
    def tensors(self, names: list[str] | None = None) -> "dict[str, np.ndarray[Any, Any]]":
        """Return entries as arrays of their dtype and shape; no other entry is read.

        A dtype that numpy lacks (bfloat16, float8, complex32) comes as uint8 with one more axis,
        the bytes of an item: bfloat16 ``(3, 4)`` is uint8 ``(3, 4, 2)``.
        """
        return {name: self._array(name) for name in (self._places if names is None else names)}

    @override
    def write_to(self, folder: Path) -> list[Path]:
        """Write the files under ``folder``, all or nothing, and return their paths.

        Raises:
            InvalidValueError: the artifact is not one of files.
            IntegrityError: a byte is not what was saved; nothing was written.
        """
        if self.kind != FILES:
            raise InvalidValueError(
                "Artifact kind", self.kind, "only files can be written to a folder; load it instead"
            )
        return write_files(folder, {name: self._stream(name) for name in self._places})

    def verify(self) -> None:
        """Read every byte, headers and padding too; raise `IntegrityError` at the first wrong one.

        The size of each pack is checked as well, so that nothing was appended either.
        """
        for pack, size_bytes in self._packs.items():
            self._reader.packs.check_size(pack, size_bytes)
            self._reader.packs.check_header(pack)
        for name in self._places:
            for _ in self._stream(name):
                pass

    def _place(self, name: str) -> tuple[EntryRecord, Parts]:
        if name not in self._places:
            known = ", ".join(list(self._places)[:20])
            raise ArtifactNotFoundError(name, f"artifact {self.digest.short}", f"it has {known}")
        return self._places[name]

    def _stream(self, name: str) -> Iterator[memoryview]:
        entry, parts = self._place(name)
        sha256 = hashlib.sha256()
        for piece in self._reader.stream(entry, parts):
            if entry.sha256:
                sha256.update(piece)
            yield piece
        if entry.sha256 and sha256.hexdigest() != entry.sha256:
            where = f"entry '{name}'"
            raise IntegrityError(self.digest, where, "the sha256 is not the recorded one")

    def _array(self, name: str) -> "np.ndarray[Any, Any]":
        import numpy as np  # noqa: PLC0415 - listing artifacts needs no numpy

        entry, _ = self._place(name)
        native = getattr(np, "bool_" if entry.dtype == "bool" else entry.dtype, None)
        shape = entry.shape if native else (*entry.shape, ITEM_BYTES[entry.dtype])
        data = self.read_entry(name)
        if not math.prod(shape):
            return np.empty(shape, native or np.uint8)
        return np.frombuffer(data, native or np.uint8).reshape(shape)


def manifest_name(digest: Digest) -> str:
    """Return the name of the blob that holds an artifact's manifest."""
    return f"manifests/{digest[:2]}/{digest}"
