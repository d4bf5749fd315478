"""A project of its own around the tiny model, and its Dagster as a person meets it."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from frontier_assets.cli.server import DagsterServer
from frontier_assets_tests.tiny_project import (
    MODEL,
    PROJECT,
    Project,
    definitions_of,
    tiny_attributes,
)

LOCATION = "stranger"
PASSED, BEATEN, FAILED, NEWEST = "1.0.0", "1.0.1", "1.0.2", "1.0.3"
_FILES = {
    "pyproject.toml": f"""\
[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "{LOCATION}"
code_location_name = "{LOCATION}"
""",
    "workspace.yaml": f"""\
load_from:
  - python_module:
      module_name: {LOCATION}.definitions
      location_name: {LOCATION}
      working_directory: .
""",
    f"{LOCATION}/__init__.py": "",
    f"{LOCATION}/defs/__init__.py": "",
    f"{LOCATION}/definitions.py": """\
from pathlib import Path

from frontier_assets.orchestration.location import build_location

defs = build_location(Path(__file__).parent)
""",
}


@dataclasses.dataclass(frozen=True)
class Site:
    """A running Dagster over four versions of the tiny model; `FAILED` failed its gate."""

    server: DagsterServer
    root: Path

    def page(self, path: str) -> str:
        return f"{self.server.url}{path}"


def attributes() -> dict[str, Any]:
    module = "frontier_assets_tests.tiny_model"
    return tiny_attributes(
        title="Three blobs",
        description="Tells three blobs of points apart.",
        owners=["team:blobs"],
        tags={"tier": "demo"},
        architecture={
            "entrypoint": f"{module}:build",
            "inputs": {"point": ["batch", 2]},
            "outputs": "logits",
            "classes": ["north", "east", "west"],
        },
        # Nothing moves while the pages are looked at.
        promotion={"staging": "manual", "production": "manual"},
    )


@contextmanager
def running_site(root: Path) -> Iterator[Site]:
    """Build four versions and serve them; everything stops on leaving."""
    _write(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(root), str(PROJECT)]))
        patch.setenv("FRONTIER_REGISTRY_URL", f"sqlite:///{root}/.frontier/registry.db")
        patch.setenv("FRONTIER_STORES", f"default=file:{root}/.frontier/store")
        with dg.DagsterInstance.from_config(str(root)) as instance:
            _make_versions(Project(root, instance, definitions_of(root, attributes())))
        with DagsterServer(root, root / "server.log") as server:
            yield Site(server, root)


def _write(root: Path) -> None:
    shutil.copy(PROJECT / "dagster.yaml", root)
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    component = {"type": "frontier_assets.ModelLifecycle", "attributes": attributes()}
    folder = root / LOCATION / "defs" / MODEL
    folder.mkdir()
    (folder / "defs.yaml").write_text(yaml.safe_dump(component), encoding="utf-8")


def _make_versions(project: Project) -> None:
    assert project.train() == PASSED
    assert project.run("build", partition=PASSED).success
    for stage in ("staging", "production"):
        assert project.promote(PASSED, stage).success
    with project.workspace() as workspace:
        saved = workspace.checkpoints.list(MODEL)
    # The tenth step is nearly as good as the last one, the first is the random start.
    for number, checkpoint in ((BEATEN, saved[10]), (FAILED, saved[0]), (NEWEST, saved[15])):
        with project.workspace() as workspace:
            registered = workspace.versions.register(MODEL, checkpoint=checkpoint.key)
        assert registered.number == number
        project.instance.add_dynamic_partitions(f"{MODEL}__versions", [number])
        assert project.run("build", partition=number).success is (number != FAILED)
