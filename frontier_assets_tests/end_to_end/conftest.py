import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from frontier_assets.checkpoints.training import train
from frontier_assets.settings import Settings
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace

CHECKOUT = Path(__file__).parents[2]
MODEL = "digits_classifier"


@dataclasses.dataclass(frozen=True)
class DigitsProject:
    """A project folder with state of its own, over the demo's model; no daemon runs."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        folder = Path(sys.executable).parent
        return {
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "DAGSTER_HOME": str(self.root),
            "FRONTIER_REGISTRY_URL": f"sqlite:///{self.root}/.frontier/registry.db",
            "FRONTIER_STORES": (
                f"default=file:{self.root}/.frontier/store,backup=file:{self.root}/backup"
            ),
            "OMP_NUM_THREADS": "2",
            "COLUMNS": "200",
        }

    def workspace(self) -> Workspace:
        return Workspace(
            Settings.read(root=self.root, environment=self.environment, actor="somebody")
        )

    def run(self, command: list[str] | str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            shell=isinstance(command, str),
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def specification(self) -> ModelSpecification:
        text = (CHECKOUT / "frontier_assets" / "defs" / MODEL / "defs.yaml").read_text("utf-8")
        attributes = yaml.safe_load(text)["attributes"]
        # A few epochs pass the gates too, and the suite has other things to do.
        attributes["training"]["parameters"]["epochs"] = 5
        return ModelSpecification.model_validate(attributes)


@pytest.fixture(scope="session")
def trained_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry that holds the checkpoints of one real training run and nothing else."""
    root = tmp_path_factory.mktemp("trained")
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(CHECKOUT / name, root)
    project = DigitsProject(root)
    with project.workspace() as workspace:
        train(
            project.specification(),
            name="run",
            checkpoints=workspace.checkpoints,
            on_checkpoint=lambda _: None,
            on_metrics=lambda _: None,
        )
    return root


@pytest.fixture
def digits(trained_root: Path, tmp_path: Path) -> DigitsProject:
    root = tmp_path / "project"
    shutil.copytree(trained_root, root)
    return DigitsProject(root)
