"""What a project needs beside its models: written where it is missing, never written over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from frontier_assets.project import DgProject
from frontier_assets.settings import PROJECT_MARKER, find_project_root

WORKSPACE_FILE = "workspace.yaml"
_IGNORED = (".dagster/", ".frontier/", ".tmp_dagster_home_*/")

DAGSTER_YAML = """\
# Dagster's own state for a project on one machine. Paths are relative to this folder, so Dagster's
# commands have to run here; a server deployment replaces the storage.
storage:
  sqlite:
    base_dir: .dagster/storage
local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config:
    base_dir: .dagster
compute_logs:
  module: dagster._core.storage.local_compute_log_manager
  class: LocalComputeLogManager
  config:
    base_dir: .dagster/compute_logs
# One slot per pool unless `dagster instance concurrency set POOL N` says otherwise: one stage moves
# at a time, one engine is built on a GPU at a time. `op` granularity holds for direct runs too.
concurrency:
  pools:
    granularity: op
    default_limit: 1
  runs:
    max_concurrent_runs: 4
run_queue:
  dequeue_interval_seconds: 1
# A run whose code server is gone (a power cut) stays "started" until somebody terminates it; these
# end such a run.
run_monitoring:
  enabled: true
  poll_interval_seconds: 15
  start_timeout_seconds: 180
  cancel_timeout_seconds: 60
  free_slots_after_run_end_seconds: 30
"""

DEFINITIONS = '''\
"""The code location that Dagster loads: every model below this folder."""

from pathlib import Path

from frontier_assets.orchestration.location import build_location

defs = build_location(Path(__file__).parent)
'''

# What `create-dagster project` writes, which nobody will miss.
_GENERATED = """\
from pathlib import Path
from dagster import definitions, load_from_defs_folder
@definitions
def defs():
    return load_from_defs_folder(path_within_project=Path(__file__).parent)
"""


def write_missing(project: DgProject) -> Iterator[str]:
    """Write what the project lacks, and yield one line for each thing written or left to do."""
    home = find_project_root(project.root) or project.root
    yield from _create(home / PROJECT_MARKER, DAGSTER_YAML)
    yield from _workspace(project, home)
    yield from _ignore(home / ".gitignore")
    yield from _name_location(project)
    yield from _definitions(project)


def _create(path: Path, text: str) -> Iterator[str]:
    if path.exists():
        return
    path.write_text(text, encoding="utf-8")
    yield f"Wrote {path}."


def _workspace(project: DgProject, home: Path) -> Iterator[str]:
    folder = project.source.resolve().relative_to(home.resolve()).as_posix()
    entry = (
        "  - python_module:\n"
        f"      module_name: {project.definitions_module}\n"
        f"      location_name: {project.location_name}\n"
        f"      working_directory: {folder}\n"
    )
    path = home / WORKSPACE_FILE
    if path.is_file() and project.definitions_module not in path.read_text(encoding="utf-8"):
        yield f"{path} is yours and does not name this project; add below `load_from:`\n\n{entry}"
    yield from _create(path, f"load_from:\n{entry}")


def _ignore(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    present = {line.strip().strip("/") for line in text.splitlines()}
    missing = [entry for entry in _IGNORED if entry.strip("/") not in present]
    if missing:
        start = text if not text or text.endswith("\n") else f"{text}\n"
        path.write_text(start + "".join(f"{entry}\n" for entry in missing), encoding="utf-8")
        yield f"Added {', '.join(missing)} to {path}."


def _name_location(project: DgProject) -> Iterator[str]:
    """Name the code location where no name is given.

    `dagster dev` calls it by its module and `dg dev` by its folder otherwise, and the sensors keep
    their cursors under that name.
    """
    path, table = project.file, project.table
    if project.has_location_name:
        return
    line = f'code_location_name = "{project.location_name}"'
    text = path.read_text(encoding="utf-8")
    named, count = re.subn(
        rf"^({re.escape(table)}[ \t]*\n)", rf"\g<1>{line}\n", text, count=1, flags=re.MULTILINE
    )
    if not count:
        yield f"Add {line} to {table} of {path}."
        return
    path.write_text(named, encoding="utf-8")
    yield f"Added {line} to {path}."


def _definitions(project: DgProject) -> Iterator[str]:
    path = project.definitions_file
    if not path.is_file():
        yield from _create(path, DEFINITIONS)
        return
    text = path.read_text(encoding="utf-8")
    if _is_generated(text):
        path.write_text(DEFINITIONS, encoding="utf-8")
        yield f"Made {path} load the models with `build_location`."
    elif "build_location" not in text:
        yield (
            f"{path} is yours and does not load models; write in it\n\n{DEFINITIONS}\n"
            "or `dg.Definitions.merge(build_location(Path(__file__).parent), ...)` with your own; "
            "`build_location` also loads everything else in the folder `defs`."
        )


def _is_generated(text: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == ast.dump(ast.parse(_GENERATED))
    except SyntaxError:
        return False
