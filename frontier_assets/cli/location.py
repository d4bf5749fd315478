"""Which module of the project Dagster loads, as ``workspace.yaml`` names it."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from frontier_assets.errors import SettingsError

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
    """Return the Python modules that the project's ``workspace.yaml`` names, none without one.

    Raises:
        SettingsError: the file cannot be read, or names its code in another way.
    """
    path = root / FILE
    if not path.is_file():
        return []
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "is not valid YAML", _FORM) from error
    entries = content.get("load_from") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise SettingsError(str(path), "has no list `load_from`", _FORM)
    return list(_locations(path, entries))


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
