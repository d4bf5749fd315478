"""A workspace with a second store, for copies and backups."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from frontier_assets.types import Checkpoint, Outcome, Version
from frontier_assets.upkeep.saving import Marks
from frontier_assets.workspace import Workspace

MODEL, BACKUP = "m", "backup"


def opened(folder: Path, registry: Path, others: Mapping[str, str] | None = None) -> Workspace:
    """Open a workspace on a copy of an empty registry; it has a local store and a backup."""
    shutil.copy(registry, folder / "registry.db")
    return Workspace.open(
        registry_url=f"sqlite:///{folder}/registry.db",
        stores={
            "default": f"file:{folder}/store",
            BACKUP: f"file:{folder}/backup",
            **(others or {}),
        },
        actor="ann",
    )


def save(workspace: Workspace, step: int, value: float) -> Checkpoint:
    """Save a checkpoint that shares all but one small tensor with the others."""
    state = {"model": {"body": np.arange(50_000.0), "head": np.full(8, value)}}
    return workspace.checkpoints.save(MODEL, run="r", step=step, state=state)


def register(workspace: Workspace, folder: Path, content: bytes = b"weights") -> Version:
    """Register a file as the next version."""
    path = folder / "weights.bin"
    path.write_bytes(content)
    return workspace.versions.register(MODEL, files={"weights.bin": path})


def convert(workspace: Workspace, version: Version, folder: Path) -> None:
    """Record a verified conversion of a version."""
    path = folder / "model.onnx"
    path.write_bytes(b"converted")
    stored = workspace.stores["default"].put_files({"model.onnx": path})
    artifacts = workspace.registry.artifacts
    record = artifacts.add(
        MODEL,
        version.number,
        name="onnx",
        stored=Marks(workspace.registry.collection.marks()).stored(stored),
        members=["model.onnx"],
        details={},
        actor="ann",
    )
    artifacts.prove(record.id, outcome=Outcome.PASSED, detail="", measures={}, actor="ann")
