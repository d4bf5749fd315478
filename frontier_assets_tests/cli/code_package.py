"""Somebody's own package with the definitions of one model, and the project that names it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frontier_assets_tests.cli.own_process import CHECKOUT


def write_package(folder: Path, name: str, specification: Mapping[str, Any]) -> Path:
    """Write the package ``name`` below ``folder`` and return the package's own folder."""
    package = folder / name
    defs = package / "defs" / specification["name"]
    defs.mkdir(parents=True)
    for init in (package, package / "defs"):
        (init / "__init__.py").touch()
    (package / "definitions.py").write_text(
        "from pathlib import Path\n"
        "from frontier_assets.orchestration.location import build_location\n"
        "defs = build_location(Path(__file__).parent)\n",
        encoding="utf-8",
    )
    component = {"type": "frontier_assets.ModelLifecycle", "attributes": specification}
    (defs / "defs.yaml").write_text(json.dumps(component), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[tool.dg]\ndirectory_type = "project"\n'
        f'[tool.dg.project]\nroot_module = "{name}"\n'
        'registry_modules = ["frontier_assets"]\n',
        encoding="utf-8",
    )
    return package


def write_project(folder: Path, code: Path, package: str) -> None:
    """Write a project whose code is ``package`` in the folder ``code``; it was never used."""
    shutil.copy(CHECKOUT / "dagster.yaml", folder)
    module = {"module_name": f"{package}.definitions", "working_directory": str(code)}
    text = json.dumps({"load_from": [{"python_module": module}]})
    (folder / "workspace.yaml").write_text(text, encoding="utf-8")
