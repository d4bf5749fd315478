"""A model whose YAML watches a folder, and what tests do with it."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Checkpoint
from frontier_assets.workspace import Workspace
from frontier_assets_tests.tiny_project import MODEL, tiny_attributes


@dataclasses.dataclass
class Watched:
    """A watched place; ``folder`` is where the tests write."""

    workspace: Workspace
    folder: Path
    specification: ModelSpecification

    def change(self, location: str | None = None, **values: Any) -> None:
        watch = {"location": location or str(self.folder)}
        attributes = tiny_attributes(**{"training": None, "watch": watch, **values})
        self.specification = ModelSpecification.model_validate(attributes)
        self.workspace.record_policy(self.specification)

    def look(self) -> list[str]:
        """Return what is ready, without the place's own address."""
        ready = self.workspace.discovery.look(self.specification).ready
        return [item.location.removeprefix(f"file:{self.folder}/") for item in ready]

    def ingest_all(self) -> list[Checkpoint]:
        """Look twice and take in all that is ready."""
        self.look()
        discovery = self.workspace.discovery
        return [
            discovery.ingest(self.specification, item.location, item.fingerprint)
            for item in discovery.look(self.specification).ready
        ]

    def ingest(self) -> tuple[Checkpoint, Any]:
        """Take in the only one that is ready; return it with its state."""
        (saved,) = self.ingest_all()
        return saved, self.workspace.checkpoints.load(MODEL, saved.key)

    @property
    def problem(self) -> str:
        """Why the only one that was found was refused."""
        (item,) = self.workspace.discovery.list(MODEL)
        return item.problem


@pytest.fixture
def watched(tmp_path: Path, workspace: Workspace) -> Watched:
    folder = tmp_path / "runs"
    folder.mkdir()
    watch = {"location": str(folder)}
    attributes = tiny_attributes(training=None, watch=watch)
    return Watched(workspace, folder, ModelSpecification.model_validate(attributes))
