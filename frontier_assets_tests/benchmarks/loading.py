"""Loading the definitions of 50 models against loading those of one."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from frontier_assets_tests.benchmarks.rounds import Bar, cpu_seconds_of, interleaved

MODELS = 50
LIMIT = 8.0
_DEFS = Path(__file__).parents[2] / "frontier_assets" / "defs" / "digits_classifier" / "defs.yaml"
_PYPROJECT = """
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "many_models"
code_location_name = "many_models"
registry_modules = ["frontier_assets"]
"""
_LOAD = (
    "from pathlib import Path;"
    "from frontier_assets.orchestration.location import build_location;"
    "build_location(Path('many_models')).resolve_asset_graph()"
)


def make_project(root: Path, models: int) -> Path:
    """Write a project of that many copies of the digits YAML and return its folder."""
    shutil.copy(_DEFS.parents[3] / "dagster.yaml", root)
    (root / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    package = root / "many_models"
    (package / "defs").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "defs" / "__init__.py").touch()
    text = _DEFS.read_text(encoding="utf-8")
    for number in range(models):
        name = f"digits_{number}"
        folder = package / "defs" / name
        folder.mkdir()
        copy = text.replace("name: digits_classifier", f"name: {name}", 1)
        (folder / "defs.yaml").write_text(copy, encoding="utf-8")
    return root


def load_cpu_seconds(project: Path) -> float:
    """Return the CPU seconds of a whole process that loads the project's definitions."""
    environment = {**os.environ, "PYTHONPATH": str(project)}
    return cpu_seconds_of([sys.executable, "-W", "ignore", "-c", _LOAD], str(project), environment)


def benchmarks() -> list[Bar]:
    """Compare 50 models with one."""
    with tempfile.TemporaryDirectory() as many, tempfile.TemporaryDirectory() as single:
        large = make_project(Path(many), MODELS)
        small = make_project(Path(single), 1)
        ours, peer = interleaved(lambda: load_cpu_seconds(large), lambda: load_cpu_seconds(small))
    name = f"load the definitions of {MODELS} models / of 1"
    return [Bar(name, "CPU s, whole process", ours, peer, LIMIT)]
