"""Our side of every comparison: a workspace of its own, and the calls that a user would make."""

import contextlib
import functools
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from frontier_assets.workspace import Workspace

MODEL = "m"


@contextlib.contextmanager
def opened(folder: Path, url: str | None = None) -> Iterator[Workspace]:
    """Open an empty workspace with its store under ``folder``, or at ``url``."""
    folder.mkdir(parents=True, exist_ok=True)
    registry = folder / "registry.db"
    registry.write_bytes(_empty_registry())
    with Workspace.open(
        registry_url=f"sqlite:///{registry}",
        stores={"default": url or f"file:{store_of(folder)}"},
        actor="benchmark",
    ) as workspace:
        yield workspace


def store_of(folder: Path) -> Path:
    """Return the folder of a local store, and nothing besides."""
    return folder / "store"


def stored_bytes(folder: Path) -> int:
    """Return the bytes of a local store: packs, manifests, whatever is there."""
    return sum(path.stat().st_size for path in stored_files(folder))


def stored_files(folder: Path) -> list[Path]:
    """Return all files of a local store."""
    return [path for path in store_of(folder).rglob("*") if path.is_file()]


def repack(workspace: Workspace) -> None:
    """Repack the model's checkpoints, and remove the packs that nothing needs afterwards."""
    workspace.store.repack(MODEL)
    # The second collection removes what the first one found half empty and emptied.
    for _ in range(2):
        workspace.store.collect(grace=timedelta(0))


@functools.cache
def _empty_registry() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.db"
        Workspace.open(registry_url=f"sqlite:///{path}", stores={}).close()
        return path.read_bytes()
