"""Lay stored artifacts out again, smaller or away from packs that are to go; no digest changes."""

import dataclasses
from collections.abc import Callable, Collection, MutableMapping
from functools import partial
from itertools import chain

from frontier_assets.errors import ArtifactNotFoundError, BlobChangedError, BlobNotFoundError
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.layout import Location, Part, Parts, placed
from frontier_assets.storage.manifest import EntryRecord, Manifest, parse, to_bytes
from frontier_assets.storage.moving import Mover, thinned
from frontier_assets.storage.packing import Packs
from frontier_assets.storage.reading import Reader
from frontier_assets.storage.squeezing import Bases, Squeezer
from frontier_assets.storage.stored import manifest_name
from frontier_assets.types import Digest

# An entry, where in its bytes a part of it begins, and the part, to what becomes of that.
Change = Callable[[EntryRecord, int, Part], Parts]
# Called with an artifact, its new manifest, and what puts that in the place of the old one.
Swap = Callable[[Digest, Manifest, Callable[[], None]], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewriting did. ``left`` are the packs that the artifact does not need any more."""

    written_bytes: int
    left: frozenset[str]


class Rewriter:
    """Rewrites artifacts of one store; those that share parts share them afterwards.

    Others may read meanwhile, and may save: the old packs stay until collection finds them dead.
    """

    def __init__(self, blobs: BlobStore, swap: Swap | None = None) -> None:
        """Rewrite in ``blobs``; ``swap`` makes new manifests take the places of old ones."""
        self._blobs = blobs
        self._swap = swap or _swap_alone
        self._became: dict[Part, Parts] = {}
        self._sizes: dict[str, int] = {}

    def move(self, digest: Digest, *, away_from: Collection[str]) -> Rewritten:
        """Copy what lies in the packs ``away_from`` to other packs, as it is stored.

        Raises:
            ArtifactNotFoundError: the store holds no such artifact.
            IntegrityError: what would be copied is not what was saved.
            BlobChangedError: somebody else rewrote the artifact meanwhile.
        """
        moved = {old: new[0] for old, new in self._became.items() if len(new) == 1}

        def change(reader: Reader, packs: Packs) -> Change:
            mover = Mover(reader, packs, frozenset(away_from), moved)
            return lambda entry, _start, part: (mover.moved(entry, part),)

        return self._rewrite(digest, change)

    def repack(
        self, digest: Digest, *, base: Digest | None = None, keep: Collection[Location] = ()
    ) -> Rewritten:
        """Store parts compressed, or as differences to the artifact ``base``, where that is less.

        An entry is compared with that of the same name, type and size. What is left in a pack
        moves too where it is little. What lies at the places ``keep`` stays there. Raises as `move`
        does.
        """
        bases, stay = self._bases(base), frozenset(keep)

        def change(reader: Reader, packs: Packs) -> Change:
            return Squeezer(bases, reader, packs, stay).squeezed

        return self._rewrite(digest, change, tidy_except={place.pack for place in stay})

    def _rewrite(
        self,
        digest: Digest,
        change: Callable[[Reader, Packs], Change],
        *,
        tidy_except: Collection[str] | None = None,
    ) -> Rewritten:
        manifest, text = self._manifest(digest)
        reader, became = Reader(self._blobs, digest), dict(self._became)
        with Packs(self._blobs) as packs:
            parts = _changed(manifest, change(reader, packs), became)
            if tidy_except is not None:
                thin = thinned(manifest.parts, parts, manifest.packs) - set(tidy_except)
                mover = Mover(reader, packs, frozenset(thin), {})
                pairs = zip(manifest.entries, parts, strict=True)
                parts = tuple(tuple(mover.moved(entry, x) for x in old) for entry, old in pairs)
                became = {
                    old: tuple(mover.became.get(part, part) for part in new)
                    for old, new in became.items()
                }
            written = packs.commit()
            sizes = self._sizes | packs.sizes
            new = Manifest.of(manifest.kind, manifest.structure, manifest.entries, parts, sizes)
            if new != manifest:
                self._replace(digest, new, text, packs)
        self._became, self._sizes = became, sizes
        return Rewritten(written, frozenset(manifest.packs.keys() - new.packs.keys()))

    def _replace(self, digest: Digest, new: Manifest, old: bytes, packs: Packs) -> None:
        name = manifest_name(digest)
        replace = partial(self._blobs.replace, name, to_bytes(new), expected=old)
        try:
            self._swap(digest, new, replace)
        except BlobChangedError:
            packs.retract()
            raise

    def _bases(self, digest: Digest | None) -> Bases:
        if digest is None:
            return Bases(None, None)
        return Bases(self._manifest(digest)[0], Reader(self._blobs, digest))

    def _manifest(self, digest: Digest) -> tuple[Manifest, bytes]:
        name = manifest_name(digest)
        try:
            text = bytes(self._blobs.read(name))
        except BlobNotFoundError as error:
            raise ArtifactNotFoundError(digest, self._blobs.url, "check the digest") from error
        manifest = parse(text, digest=digest, where=name)
        self._sizes |= manifest.packs
        return manifest, text


def _swap_alone(_digest: Digest, _manifest: Manifest, replace: Callable[[], None]) -> None:
    replace()


def _changed(
    manifest: Manifest, change: Change, became: MutableMapping[Part, Parts]
) -> tuple[Parts, ...]:
    """Return the parts of all entries after each was changed, once, unless it was before."""

    def of(entry: EntryRecord, start: int, part: Part) -> Parts:
        if part not in became:
            became[part] = change(entry, start, part)
        return became[part]

    return tuple(
        tuple(chain.from_iterable(of(entry, *at) for at in placed(parts)))
        for entry, parts in manifest.pairs()
    )
