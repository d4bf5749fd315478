"""What a project says of itself in ``[tool.dg.project]``, as `create-dagster` writes it."""

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from frontier_assets.errors import SettingsError


@dataclasses.dataclass(frozen=True, slots=True)
class DgProject:
    """A Dagster project: its folder, its package and the module that Dagster loads.

    ``file`` is where it says so and ``table`` the TOML table there; ``has_location_name`` is false
    when the name of the code location is the folder's, as `dg` takes it.
    """

    root: Path
    file: Path
    table: str
    root_module: str
    definitions_module: str
    location_name: str
    has_location_name: bool

    @property
    def source(self) -> Path:
        """The folder that the package is imported from, by the rule that `dg` follows."""
        folder = self.root / "src"
        return folder if folder.is_dir() else self.root

    @property
    def definitions_file(self) -> Path:
        """The file of the module that Dagster loads."""
        return self.source.joinpath(*self.definitions_module.split(".")).with_suffix(".py")

    @classmethod
    def read(cls, root: Path) -> Self | None:
        """Return the project whose ``dg.toml`` or ``pyproject.toml`` lies in ``root``, if any.

        Raises:
            SettingsError: the file cannot be read, or leaves out the package's name.
        """
        # `dg` does not look at pyproject.toml beside a dg.toml.
        is_bare = (root / "dg.toml").is_file()
        file = root / ("dg.toml" if is_bare else "pyproject.toml")
        names = ("project",) if is_bare else ("tool", "dg", "project")
        values = _table(file, names)
        if values is None:
            return None
        module = values.get("root_module")
        if not isinstance(module, str) or not module:
            raise SettingsError(
                str(file), "names no `root_module`", 'add root_module = "my_project" to it'
            )
        return cls(
            root=root,
            file=file,
            table=f"[{'.'.join(names)}]",
            root_module=module,
            definitions_module=values.get("code_location_target_module") or f"{module}.definitions",
            location_name=values.get("code_location_name") or root.resolve().name,
            has_location_name="code_location_name" in values,
        )


def _table(file: Path, names: tuple[str, ...]) -> Mapping[str, Any] | None:
    if not file.is_file():
        return None
    try:
        table: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(file), f"is not valid TOML: {error}", "correct it") from error
    for name in names:
        table = table.get(name) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else None
