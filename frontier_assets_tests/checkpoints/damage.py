"""Damage that a disk does to a stored checkpoint."""

from pathlib import Path

from frontier_assets.storage.stored import StoredArtifact, manifest_name
from frontier_assets.workspace import Workspace


def flip(workspace: Workspace, model: str, key: str, entry: str) -> None:
    """Flip one bit in the content of an entry."""
    stored = _stored(workspace, model, key)
    _, (part, *_) = stored._place(entry)
    path = _folder(workspace, model, key) / part.at.pack
    data = bytearray(path.read_bytes())
    data[part.at.offset] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def remove(workspace: Workspace, model: str, key: str) -> None:
    """Remove the manifest, as a person who cleans up by hand does."""
    digest = workspace.checkpoints.get(model, key).digest
    (_folder(workspace, model, key) / manifest_name(digest)).unlink()


def _stored(workspace: Workspace, model: str, key: str) -> StoredArtifact:
    checkpoint = workspace.checkpoints.get(model, key)
    return workspace.stores[checkpoint.store].open(checkpoint.digest)


def _folder(workspace: Workspace, model: str, key: str) -> Path:
    checkpoint = workspace.checkpoints.get(model, key)
    return Path(workspace.stores[checkpoint.store].blobs.url.removeprefix("file:"))
