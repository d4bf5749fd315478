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
            "OMP_NUM_THREADS": "1",
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
        # A few epochs of a narrow network pass the gates too, and the suite has more to do.
        attributes["training"]["parameters"] |= {"epochs": 5, "width": 24}
        return ModelSpecification.model_validate(attributes)

    def build(self) -> str:
        """Register the best checkpoint and record all that promotion asks for; return the ref."""
        with self.workspace() as workspace:
            workspace.record_policy(self.specification())
            version = workspace.versions.register(MODEL, checkpoint="best")
            workspace.registry.builds.acquire(
                MODEL, version.number, run_id="prepared", is_over=lambda _: True, actor="somebody"
            )
            for dataset in ("holdout", "noisy"):
                workspace.evaluate(version.ref, dataset)
            workspace.convert(version.ref, "onnx")
            workspace.complete_build(version, run_id="prepared")
        return version.ref

    def copied_to(self, folder: Path) -> "DigitsProject":
        """Copy the project with all its state."""
        return DigitsProject(Path(shutil.copytree(self.root, folder / "project")))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> DigitsProject:
    """A registry that holds the checkpoints of one real training run and nothing else."""
    project = DigitsProject(tmp_path_factory.mktemp("trained"))
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(CHECKOUT / name, project.root)
    with project.workspace() as workspace:
        train(
            project.specification(),
            name="run",
            checkpoints=workspace.checkpoints,
            on_checkpoint=lambda _: None,
            on_metrics=lambda _: None,
        )
    return project


@pytest.fixture(scope="session")
def built(trained: DigitsProject, tmp_path_factory: pytest.TempPathFactory) -> DigitsProject:
    """The same with a version that has everything it needs to be promoted."""
    project = trained.copied_to(tmp_path_factory.mktemp("built"))
    assert project.build() == f"{MODEL}@1.0.0"
    return project


@pytest.fixture
def digits(trained: DigitsProject, tmp_path: Path) -> DigitsProject:
    return trained.copied_to(tmp_path)


@pytest.fixture
def built_digits(built: DigitsProject, tmp_path: Path) -> DigitsProject:
    return built.copied_to(tmp_path)
