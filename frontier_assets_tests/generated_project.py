"""A project as `create-dagster project` leaves it, small enough to be made in every test."""

import dataclasses
import importlib
import uuid
import warnings
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from frontier_assets.orchestration.location import build_location
from frontier_assets.orchestration.scaffold.scaffolder import ModelScaffolder, ScaffoldParameters

DEFINITIONS = """\
from pathlib import Path

from dagster import definitions, load_from_defs_folder


@definitions
def defs():
    return load_from_defs_folder(path_within_project=Path(__file__).parent)
"""


@dataclasses.dataclass(frozen=True)
class GeneratedProject:
    """A project whose package has a name of its own, so that tests can import several."""

    root: Path
    name: str

    @property
    def package(self) -> Path:
        return self.root / "src" / self.name

    @property
    def defs(self) -> Path:
        return self.package / "defs"

    def scaffold(self, place: str, **parameters: str) -> Path:
        """Do what `dg scaffold defs` does: make the folder, then ask the scaffolder."""
        folder = self.defs / place
        folder.mkdir(parents=True, exist_ok=True)
        ModelScaffolder().scaffold(
            dg.ScaffoldRequest(
                type_name="frontier_assets.ModelLifecycle",
                target_path=folder,
                scaffold_format="yaml",
                project_root=self.root,
                params=ScaffoldParameters.model_validate(parameters),
            )
        )
        return folder

    def load(self, **resources: Any) -> dg.Definitions:
        """Load the definitions that the project's files make now."""
        importlib.invalidate_caches()
        with warnings.catch_warnings():
            # Dagster reads YAML through what pydantic calls old.
            warnings.simplefilter("ignore", DeprecationWarning)
            return build_location(self.package, **resources)


def generate_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> GeneratedProject:
    name = f"project_{uuid.uuid4().hex[:12]}"
    project = GeneratedProject(folder / name, name)
    project.defs.mkdir(parents=True)
    (project.package / "__init__.py").touch()
    (project.defs / "__init__.py").touch()
    (project.package / "definitions.py").write_text(DEFINITIONS)
    (project.root / "pyproject.toml").write_text(
        f'[tool.dg]\ndirectory_type = "project"\n\n[tool.dg.project]\nroot_module = "{name}"\n'
        f'registry_modules = [\n    "{name}.components.*",\n]\n'
    )
    monkeypatch.syspath_prepend(str(project.root / "src"))
    return project
