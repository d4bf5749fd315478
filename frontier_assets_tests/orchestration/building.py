"""One process that builds a version, beside another that builds another at the same moment."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg

from frontier_assets_tests.tiny_project import Project, definitions_of, tiny_attributes

_POLL_S = 0.02


def project_in(root: Path, instance: dg.DagsterInstance, **engine: Any) -> Project:
    """Return the tiny project with the ``engine`` that its YAML describes."""
    attributes = tiny_attributes(conversions=[{**engine, "required": False}])
    return Project(root, instance, definitions_of(root, attributes))


def start(root: Path, number: str, target: str) -> "subprocess.Popen[bytes]":
    """Start a process that builds version ``number`` once `release` was called."""
    code = f"import sys; from {__name__} import build; build(*sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), number, target],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def release(root: Path, numbers: list[str], *, timeout_s: float = 120) -> None:
    """Let the started processes go, once all of them are ready."""
    end = time.monotonic() + timeout_s
    while not all((root / f"{number}.ready").exists() for number in numbers):
        assert time.monotonic() < end
        time.sleep(_POLL_S)
    (root / "go").touch()


def build(root: str, number: str, target: str) -> None:
    """Build when told to; called in the process."""
    os.chdir(root)
    folder = Path(root)
    with dg.DagsterInstance.from_config(root) as instance:
        project = project_in(folder, instance, target=target)
        (folder / f"{number}.ready").touch()
        while not (folder / "go").exists():
            time.sleep(_POLL_S)
        sys.exit(0 if project.run("build", partition=number).success else 1)
