"""Small trees and stores that the tests of the artifact store share."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from frontier_assets.storage.artifacts import ArtifactStore, Entry, StoredArtifact, Tree
from frontier_assets.storage.local import LocalBlobStore
from frontier_assets.storage.pack import HEADER_BYTES, padding
from frontier_assets.types import Digest


def open_store(folder: Path) -> ArtifactStore:
    return ArtifactStore("default", LocalBlobStore(folder))


def floats(name: str, count: int, *, start: float = 0.0) -> Entry:
    array = np.arange(count, dtype=np.float32) + np.float32(start)
    return Entry(name, "float32", (count,), lambda: array.data)


def tree(*entries: Entry, structure: object = None) -> Tree:
    return Tree("state", structure, entries)


def small_tree() -> Tree:
    """Entries that need padding, one that does not, one without bytes, one that repeats."""
    return tree(
        floats("weight", 5, start=1.0),
        floats("full", 16, start=2.0),
        Entry("flag", "bool", (), lambda: b"\1"),
        Entry("nothing", "int64", (0, 3), lambda: b""),
        floats("tied", 5, start=1.0),
        structure={"epoch": 3, "rate": 0.1},
    )


def pack_bytes(*lengths: int) -> int:
    """Return the size of a pack with entries of these lengths."""
    return HEADER_BYTES + sum(length + padding(length) for length in lengths)


def files(folder: Path) -> dict[str, int]:
    """Return every file below a folder with its size."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


def packs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "packs").rglob("*") if path.is_file())


def manifest(folder: Path, digest: Digest) -> Path:
    return folder / "manifests" / digest[:2] / digest


def read_everything(store: ArtifactStore, digest: Digest) -> dict[str, bytes]:
    stored: StoredArtifact = store.open(digest)
    return {name: stored.read(name) for name in stored.members}


def damage(path: Path, position: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[position] ^= 0xFF
    path.write_bytes(data)


def flipped(data: bytes, masks: Sequence[int]) -> Iterator[bytes]:
    """Yield ``data`` with each of its bytes changed by each of the masks, one at a time."""
    for position in range(len(data)):
        for mask in masks:
            yield data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :]
