"""What a save need not write again: the contents that artifacts of the same store hold."""

import contextlib
from collections.abc import Sequence

from frontier_assets.errors import (
    ArtifactNotFoundError,
    IntegrityError,
    UnsupportedFormatError,
)
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.layout import Parts, is_outside, packs_of
from frontier_assets.storage.manifest import Manifest
from frontier_assets.storage.manifests import Manifests
from frontier_assets.storage.pack_reading import PackReader
from frontier_assets.storage.saving import Known
from frontier_assets.types import Digest


def known_contents(
    manifests: Manifests, blobs: BlobStore, parents: Sequence[Digest]
) -> tuple[Known, dict[str, int]]:
    """Return what intact packs of ``parents`` hold, with the sizes of those packs.

    A parent that is missing or damaged holds nothing.
    """
    known: dict[tuple[str, int], Parts] = {}
    packs: dict[str, int] = {}
    for parent in parents:
        try:
            manifest = manifests.get(parent)
        except (ArtifactNotFoundError, IntegrityError, UnsupportedFormatError):
            continue
        packs |= intact_packs(blobs, parent, manifest)
        for entry, parts in manifest.pairs():
            if parts and packs_of(parts) <= packs.keys():
                known.setdefault((entry.blake3, entry.length), parts)
                for part in parts:
                    known.setdefault((part.blake3, part.length), (part,))
    return known, packs


def intact_packs(blobs: BlobStore, artifact: Digest, manifest: Manifest) -> dict[str, int]:
    """Return the sizes of those of an artifact's packs whose size and header are as written."""
    reader = PackReader(blobs, artifact)
    packs = {}
    for pack, size_bytes in manifest.packs.items():
        if is_outside(pack):
            continue  # nobody keeps it from changing
        with contextlib.suppress(IntegrityError, UnsupportedFormatError):
            reader.check_size(pack, size_bytes)
            reader.check_header(pack)
            packs[pack] = size_bytes
    return packs
