"""Which module of the project Dagster loads, as its files name it."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from frontier_assets.errors import SettingsError
from frontier_assets.project import DgProject

FILE = "workspace.yaml"
_FORM = "write load_from: [{python_module: {module_name: my_project.definitions}}]"


@dataclasses.dataclass(frozen=True, slots=True)
class CodeLocation:
    """A module with its definitions, and the folder that has to be on the Python path."""

    module: str
    attribute: str
    folder: Path

    @property
    def entrypoint(self) -> str:
        """``module:attribute``."""
        return f"{self.module}:{self.attribute}"


def find_locations(root: Path) -> list[CodeLocation]:
    """Return the Python modules that the project's ``workspace.yaml`` names.

    Without that file it is the module of ``[tool.dg.project]``, and none without that either.

    Raises:
        SettingsError: the file cannot be read, or names its code in another way.
    """
    path = root / FILE
    if not path.exists():
        project = DgProject.read(root)
        if project is None:
            return []
        return [CodeLocation(project.definitions_module, "defs", project.source)]
    content = read_yaml(path, _FORM)
    entries = content.get("load_from") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise SettingsError(str(path), "has no list `load_from`", _FORM)
    return list(_locations(path, entries))


def required_locations(root: Path) -> list[CodeLocation]:
    """Return what `find_locations` finds; a project that names no code is refused."""
    found = find_locations(root)
    if not found:
        raise SettingsError(str(root / FILE), "names no code of this project", _FORM)
    return found


def read_yaml(path: Path, remedy: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a YAML file of the project holds.

    Raises:
        SettingsError: it cannot be read, or its text is not YAML; it names the line.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" (line {mark.line + 1}: {error.problem})" if mark else ""
        raise SettingsError(str(path), f"is not valid YAML{line}", remedy) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "is not valid YAML", remedy) from error
    except OSError as error:
        raise SettingsError(str(path), f"cannot be read: {error.strerror}", remedy) from error


def _locations(path: Path, entries: list[Any]) -> Iterator[CodeLocation]:
    for entry in entries:
        given = entry.get("python_module") if isinstance(entry, Mapping) else None
        if isinstance(given, str):
            given = {"module_name": given}
        if not isinstance(given, Mapping) or not isinstance(given.get("module_name"), str):
            raise SettingsError(str(path), f"names its code as {entry!r}", _FORM)
        yield CodeLocation(
            module=given["module_name"],
            attribute=given.get("attribute") or "defs",
            folder=path.parent / (given.get("working_directory") or "."),
        )
