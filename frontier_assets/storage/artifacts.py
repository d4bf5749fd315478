"""The artifact store: content-addressed trees of entries over any `BlobStore`."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from frontier_assets.errors import (
    ArtifactNotFoundError,
    ArtifactTooLargeError,
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    IntegrityError,
    InvalidValueError,
    UnsupportedFormatError,
)
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.content import Item
from frontier_assets.storage.copying import changed, copied_items
from frontier_assets.storage.layout import is_outside
from frontier_assets.storage.manifest import (
    FILES,
    Manifest,
    logical_digest,
    parse,
    to_bytes,
)
from frontier_assets.storage.manifests import Manifests
from frontier_assets.storage.outside import Outside
from frontier_assets.storage.parents import intact_packs, known_contents
from frontier_assets.storage.saving import Draft, Known
from frontier_assets.storage.store_options import StoreOptions
from frontier_assets.storage.stored import StoredArtifact, manifest_name
from frontier_assets.storage.tenants import Tenants
from frontier_assets.storage.tree import Entry, Tree, file_items
from frontier_assets.types import Digest

__all__ = ["ArtifactStore", "Entry", "StoredArtifact", "Tree"]

_NO_OPTIONS = StoreOptions()


class ArtifactStore:
    """A named store of artifacts. Safe from several threads and processes at once.

    Bytes are durable before the manifest that names them is, so a reader sees a whole artifact or
    none; a save that dies leaves nothing but an unreferenced pack or a file that no listing shows.
    """

    def __init__(
        self,
        name: str,
        blobs: BlobStore,
        options: StoreOptions = _NO_OPTIONS,
        *,
        outside: Outside | None = None,
    ) -> None:
        """Keep artifacts in ``blobs``, compressed where these are remote unless options say so.

        Files that artifacts refer to without holding them are read through ``outside``.
        """
        self.name = name
        self.blobs = blobs
        self.outside = outside or Outside()
        self.tenants = Tenants(blobs)
        remote = blobs.roll_bytes is not None
        self._compress = remote if options.compress is None else options.compress
        self._maximum_bytes = options.maximum_bytes
        self._manifests = Manifests(name, blobs)

    def put(self, tree: Tree, *, parents: Sequence[Digest] = ()) -> StoredArtifact:
        """Save ``tree``, writing only what neither it nor ``parents`` holds already.

        Saving the same content again writes nothing, after every stored byte of it was verified;
        a corrupt copy is replaced. A parent that is missing or damaged is not relied on.

        Raises:
            InvalidValueError: a name repeats, or an entry's bytes do not fit its dtype and shape.
            ArtifactTooLargeError: the store's URL sets a limit below its size; nothing is written.
        """
        items = tree.items(self.blobs.roll_bytes)
        return self._save(tree.kind, tree.plain_structure(), items, parents)

    def put_files(
        self, files: Mapping[str, Path], *, parents: Sequence[Digest] = ()
    ) -> StoredArtifact:
        """Save files under member names, which may contain '/'; their sha256 is recorded too.

        The digest depends on names and contents alone, not on paths or the mapping's order.

        Raises:
            InvalidValueError: a name could leave its folder, or a file is missing or changes.
        """
        return self._save(FILES, None, file_items(files), parents)

    def copy_from(
        self, stored: StoredArtifact, *, parents: Sequence[Digest] = ()
    ) -> StoredArtifact:
        """Save an artifact of another store; read it where it lies when it is here and whole.

        A damaged one is replaced by the copy, and stays when the copy is damaged too. What the
        ``parents`` hold in this store is not written again. The copy is read once it is written.

        Raises:
            IntegrityError: ``stored`` is not what was saved, or a parent is not.
            ArtifactTooLargeError: the store's URL sets a limit below its size; nothing is written.
        """
        self._check_size(stored.size_bytes)
        try:
            return self._reuse(stored.digest)
        except ArtifactNotFoundError:
            is_damaged = False
        except IntegrityError:
            is_damaged = True
        known, packs = known_contents(self._manifests, self.blobs, parents)
        copy = self._attempt(
            stored.kind,
            stored.structure,
            copied_items(stored, self.blobs.roll_bytes),
            known=known,
            packs=packs,
            replace=is_damaged,
            original=stored,
        )
        self.verify(copy.digest)
        return copy

    def refer(self, files: Mapping[str, str]) -> StoredArtifact:
        """Save an artifact of files that stay where they are; ``files`` maps names to URIs.

        Every byte is read once, to hash it. The digest is that of the same files saved by
        `put_files`; where that artifact is here already, it stays as it is.

        Raises:
            BlobNotFoundError: there is no such object.
        """
        pairs = [self.outside.hashed(name, files[name]) for name in sorted(files)]
        entries, parts = tuple(entry for entry, _ in pairs), tuple(part for _, part in pairs)
        packs = {part.at.pack: part.length for found in parts for part in found}
        digest = logical_digest(FILES, None, entries)
        manifest = Manifest.of(FILES, None, entries, parts, packs)
        text, is_damaged = to_bytes(manifest), False
        try:
            return self._reuse(digest)
        except ArtifactNotFoundError:
            pass
        except IntegrityError:
            is_damaged = True
        try:
            self._publish(digest, text, replace=is_damaged)
        except (BlobExistsError, BlobChangedError):
            return self._reuse(digest)
        return self._artifact(digest, manifest, stored_bytes=len(text))

    def holds(self, digest: Digest) -> bool:
        """Return whether an artifact is here, as far as its manifest and the packs' sizes tell."""
        try:
            manifest = self._manifests.get(digest)
        except (ArtifactNotFoundError, IntegrityError, UnsupportedFormatError):
            return False
        own = {pack for pack in manifest.packs if not is_outside(pack)}
        return intact_packs(self.blobs, digest, manifest).keys() == own

    def open(self, digest: Digest) -> StoredArtifact:
        """Return the artifact, its manifest verified; its content is verified as it is read.

        Raises:
            ArtifactNotFoundError: the store holds no such artifact.
            IntegrityError: the manifest is not what was written.
            UnsupportedFormatError: another release wrote it in a newer format.
        """
        return self._artifact(digest, self._manifests.get(digest))

    def verify(self, digest: Digest) -> None:
        """Read all of an artifact where it is kept for good; raises as `open` and reads do."""
        self._verified(digest, self._manifests.read(digest, from_source=True))

    def list(self) -> Iterator[Digest]:
        """Yield the digest of every artifact, in no stated order."""
        for info in self.blobs.list("manifests/"):
            # A person's backup copy beside a manifest is not an artifact.
            with contextlib.suppress(InvalidValueError):
                yield Digest(info.name.rpartition("/")[2])

    def _save(
        self, kind: str, structure: object, items: Sequence[Item], parents: Sequence[Digest]
    ) -> StoredArtifact:
        self._check_size(sum(item.length for item in items))
        known, packs = known_contents(self._manifests, self.blobs, parents)
        try:
            return self._attempt(kind, structure, items, known=known, packs=packs)
        except IntegrityError:
            # The stored copy is damaged, so nothing that is stored is relied on now.
            return self._attempt(kind, structure, items, known={}, packs={}, replace=True)

    def _artifact(
        self,
        digest: Digest,
        manifest: Manifest,
        *,
        blobs: BlobStore | None = None,
        stored_bytes: int = 0,
    ) -> StoredArtifact:
        blobs = blobs or self.blobs
        if any(map(is_outside, manifest.packs)):
            blobs = self.outside.beside(blobs)
        return StoredArtifact(self.name, blobs, digest, manifest, stored_bytes=stored_bytes)

    def _check_size(self, size_bytes: int) -> None:
        if self._maximum_bytes is not None and size_bytes > self._maximum_bytes:
            raise ArtifactTooLargeError(size_bytes, self._maximum_bytes, self.name)

    def _attempt(
        self,
        kind: str,
        structure: object,
        items: Sequence[Item],
        *,
        known: Known,
        packs: dict[str, int],
        replace: bool = False,
        original: StoredArtifact | None = None,
    ) -> StoredArtifact:
        """Save; raise `IntegrityError` when a damaged copy is in the way, unless ``replace``.

        What is read of an ``original`` has to be that.
        """
        with Draft(self.blobs, known, compress=self._compress) as draft:
            entries = draft.add(items)
            digest = logical_digest(kind, structure, entries)
            if original is not None and digest != original.digest:
                raise changed(original)
            try:
                return self._reuse(digest)
            except ArtifactNotFoundError:
                replace = False
            except IntegrityError:
                if not replace:
                    raise
            manifest = draft.manifest(kind, structure, entries, packs)
            written, text = draft.commit(), to_bytes(manifest)
            try:
                self._publish(digest, text, replace=replace)
            except (BlobExistsError, BlobChangedError):
                draft.retract()
                return self._reuse(digest)
        return self._artifact(digest, manifest, stored_bytes=written + len(text))

    def _reuse(self, digest: Digest) -> StoredArtifact:
        """Return the stored artifact after proving every byte of it and its durability."""
        text = self._manifests.read(digest, from_source=True)
        manifest = self._verified(digest, text)
        # Another saver's manifest may be visible and not yet durable; `BlobExistsError` says it is.
        with contextlib.suppress(BlobExistsError):
            self._publish(digest, text)
        return self._artifact(digest, manifest)

    def _verified(self, digest: Digest, text: bytes) -> Manifest:
        """Prove every byte as the backend has it: a copy nearby proves nothing."""
        manifest = parse(text, digest=digest, where=manifest_name(digest))
        self._artifact(digest, manifest, blobs=self.blobs.source).verify()
        return manifest

    def _publish(self, digest: Digest, text: bytes, *, replace: bool = False) -> None:
        """Make a manifest visible, in the place of a damaged one if there is one to ``replace``."""
        name = manifest_name(digest)
        if replace:
            try:
                present = bytes(self.blobs.source.read(name))
                return self.blobs.replace(name, text, expected=present)
            except BlobNotFoundError:
                pass
            except IntegrityError:  # encryption finds that not even the blob is whole
                self.blobs.delete(name)
        with self.blobs.create(name, size_hint=len(text)) as blob:
            blob.write(text)
            blob.commit()
        return None
