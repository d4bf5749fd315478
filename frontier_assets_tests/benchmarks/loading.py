"""Loading the definitions of 50 models against loading those of one."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks.outcomes import Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import cpu_seconds_of, in_turn

MODELS = 50
AT_LEAST = 1 / 8
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


def _make_project(root: Path, models: int) -> Path:
    """Write a project of that many copies of the digits YAML and return its folder."""
    root.mkdir()
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


def _load_cpu_seconds(project: Path) -> float:
    """Return the CPU seconds of a whole process that loads the project's definitions."""
    environment = {**os.environ, "PYTHONPATH": str(project)}
    return cpu_seconds_of([sys.executable, "-W", "ignore", "-c", _LOAD], str(project), environment)


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare one model with many."""
    models = 2 if plan.quick else MODELS
    single, many = (_make_project(folder / str(count), count) for count in (1, models))
    found = in_turn(
        {
            "many": lambda: _load_cpu_seconds(many),
            "one": lambda: _load_cpu_seconds(single),
        },
        plan,
    )
    name = f"definitions of {models} models ÷ of one, CPU of the process"
    yield Ratio(name, found["many"], found["one"], AT_LEAST)
