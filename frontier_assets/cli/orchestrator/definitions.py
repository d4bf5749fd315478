"""The models that a code location of the project defines, as Dagster loads them."""

import contextlib
import dataclasses
import os
import sys

import dagster as dg

from frontier_assets import entrypoints
from frontier_assets.cli.definition_errors import explained
from frontier_assets.cli.location import FILE, CodeLocation
from frontier_assets.errors import EntrypointError, SettingsError
from frontier_assets.settings import find_project_root
from frontier_assets.specification import BUILD_TAG, SPECIFICATION_METADATA, ModelSpecification
from frontier_assets.types import Version


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """A model as the project defines it."""

    specification: ModelSpecification
    location: CodeLocation
    definitions: dg.Definitions

    def materialize_command(self, version: Version) -> str:
        """Return the Dagster command that builds ``version``, run in the project's root."""
        folder = self.location.folder
        # A package below `src/` is found without being installed when the command says where.
        inner = os.path.relpath(folder, find_project_root(folder) or folder)
        where = "" if inner == "." else f"-d {inner} "
        return (
            f"dagster asset materialize {where}-m {self.location.module} "
            f"--select 'tag:{BUILD_TAG}={version.model}' --partition {version.number}"
        )


def definitions_of(location: CodeLocation) -> dict[str, Definition]:
    """Load one code location of the project and return its models; call it in `surroundings`.

    Raises:
        EntrypointError: the definitions cannot be loaded; it names file and line.
        SettingsError: the module holds no Dagster definitions.
    """
    try:
        # What somebody's module prints while it loads is not the command's answer.
        with contextlib.redirect_stdout(sys.stderr):
            loaded = _load(location)
    except EntrypointError as error:
        raise explained(error) from error
    return {
        specification.name: Definition(specification, location, definitions)
        for specification, definitions in loaded
    }


def _load(location: CodeLocation) -> list[tuple[ModelSpecification, dg.Definitions]]:
    folder = str(location.folder.resolve())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    definitions = entrypoints.load(location.entrypoint)
    if callable(definitions):  # `@dg.definitions` makes a function of it
        definitions = entrypoints.invoke(location.entrypoint, definitions)
    if not isinstance(definitions, dg.Definitions):
        raise SettingsError(location.entrypoint, "is no dagster.Definitions", f"correct {FILE}")
    specs = entrypoints.invoke(location.entrypoint, definitions.resolve_all_asset_specs)
    return [
        (ModelSpecification.from_canonical(spec.metadata[SPECIFICATION_METADATA].data), definitions)
        for spec in specs
        if SPECIFICATION_METADATA in spec.metadata
    ]
