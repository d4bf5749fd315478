"""The project's Dagster: its definitions, its instance, its partitions and its build runs.

The only module of the command that imports Dagster.
"""

import contextlib
import dataclasses
import functools
import os
import sys
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from frontier_assets import entrypoints
from frontier_assets.cli.location import FILE, CodeLocation, find_locations
from frontier_assets.cli.progress import BuildProgress
from frontier_assets.errors import BuildFailedError, ModelNotDefinedError, SettingsError
from frontier_assets.promotion.moves import move_facts
from frontier_assets.settings import Settings
from frontier_assets.specification import (
    BUILD_TAG,
    SPECIFICATION_METADATA,
    ModelSpecification,
)
from frontier_assets.types import Stage, Version

if TYPE_CHECKING:
    from frontier_assets.registry.moves import StageMove

_HOME = "DAGSTER_HOME"
_REPORTED = (Stage.STAGING, Stage.PRODUCTION)
# About Dagster's insides: whoever runs a command can do nothing about them.
_IGNORED_WARNINGS = (
    dg.BetaWarning,
    dg.PreviewWarning,
    dg.SupersessionWarning,
    DeprecationWarning,
)
# Dagster's console log repeats on stderr what the run's own log has.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """A model as the project defines it."""

    specification: ModelSpecification
    location: CodeLocation
    definitions: dg.Definitions

    def materialize_command(self, version: Version) -> str:
        """Return the Dagster command that builds ``version``."""
        return (
            f"dagster asset materialize -m {self.location.module} "
            f"--select 'tag:{BUILD_TAG}={version.model}' --partition {version.number}"
        )


class Orchestrator:
    """One project's Dagster. Use it inside `opened`."""

    def __init__(self, instance: dg.DagsterInstance, root: Path) -> None:
        self._instance = instance
        self._root = root

    @functools.cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """The models that the project defines, by name; loading them executes no user module.

        Raises:
            EntrypointError: the definitions cannot be loaded.
            SettingsError: ``workspace.yaml`` cannot be used.
        """
        found = {}
        for location in find_locations(self._root):
            for specification, definitions in _load(location):
                found[specification.name] = Definition(specification, location, definitions)
        return found

    def definition(self, model: str) -> Definition | None:
        """Return the project's definition of ``model``; None when it has none."""
        return self.definitions.get(model)

    def required_definition(self, model: str) -> Definition:
        """Return the project's definition of ``model``.

        Raises:
            ModelNotDefinedError: it has none.
        """
        if model not in self.definitions:
            modules = ", ".join(item.module for item in find_locations(self._root))
            where = modules or f"{self._root} (it has no {FILE})"
            raise ModelNotDefinedError(model, where, sorted(self.definitions))
        return self.definitions[model]

    def add_partition(self, version: Version) -> None:
        """Make the version a partition, so that it can be built; doing so again changes nothing."""
        self._instance.add_dynamic_partitions(f"{version.model}__versions", [version.number])

    def build(self, version: Version, *, tell: Callable[[str], None]) -> str:
        """Run the version's build in this process and return the run's id.

        ``tell`` is given one line per step and check.

        Raises:
            BuildFailedError: a step failed.
        """
        definition = self.required_definition(version.model)
        entrypoint = definition.location.entrypoint
        run_id, progress = str(uuid.uuid4()), BuildProgress(tell)
        job = entrypoints.invoke(
            entrypoint, definition.definitions.resolve_job_def, f"{version.model}__build"
        )
        self._instance.add_event_listener(run_id, progress.on_event)
        result: dg.ExecuteInProcessResult = entrypoints.invoke(
            entrypoint,
            job.execute_in_process,
            instance=self._instance,
            partition_key=version.number,
            run_id=run_id,
            run_config=_QUIET,
            raise_on_error=False,
        )
        if not result.success:
            step, problem = progress.failure or ("the run", "it ended before its first step")
            raise BuildFailedError(version.ref, step, problem, run_id)
        return run_id

    def report_stage(self, version: Version, move: "StageMove") -> None:
        """Show in Dagster that a version entered staging or production."""
        if not move.changed or move.target not in _REPORTED:
            return
        event = dg.AssetMaterialization(
            asset_key=[version.model, move.target.value],
            description=f"{version.ref}: {move.reason}",
            tags={"dagster/data_version": version.digest},
            metadata=move_facts(version, move),
        )
        self._instance.report_runless_asset_event(event)


@contextlib.contextmanager
def opened(settings: Settings, root: Path) -> Iterator[Orchestrator]:
    """Open the Dagster instance of the project in ``root``; ``DAGSTER_HOME`` wins as in Dagster.

    The working directory is the project's for the duration: ``dagster.yaml`` has paths relative to
    it. So are definitions given the registry and the stores of ``settings``: they may have been
    installed from another folder.

    Raises:
        SettingsError: the instance cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(root))
        stack.enter_context(_environment(_as_environment(settings, root)))
        stack.enter_context(warnings.catch_warnings())
        for category in _IGNORED_WARNINGS:
            warnings.simplefilter("ignore", category)
        folder = os.environ.get(_HOME) or str(root)
        try:
            instance = stack.enter_context(
                dg.DagsterInstance.get()
                if os.environ.get(_HOME)
                else dg.DagsterInstance.from_config(str(root))
            )
        except (dg.DagsterError, OSError) as error:
            problem = f"Dagster cannot be opened: {error}"
            raise SettingsError(f"{folder}/dagster.yaml", problem, "correct it") from error
        yield Orchestrator(instance, root)


def _load(location: CodeLocation) -> list[tuple[ModelSpecification, dg.Definitions]]:
    folder = str(location.folder.resolve())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    definitions = entrypoints.load(location.entrypoint)
    if not isinstance(definitions, dg.Definitions):
        raise SettingsError(location.entrypoint, "is no dagster.Definitions", f"correct {FILE}")
    specs = entrypoints.invoke(location.entrypoint, definitions.resolve_all_asset_specs)
    return [
        (ModelSpecification.from_canonical(spec.metadata[SPECIFICATION_METADATA].data), definitions)
        for spec in specs
        if SPECIFICATION_METADATA in spec.metadata
    ]


def _as_environment(settings: Settings, root: Path) -> dict[str, str]:
    stores = {name: _absolute(url, root) for name, url in settings.stores.items()}
    values = {"FRONTIER_REGISTRY_URL": settings.registry_url, "FRONTIER_ACTOR": settings.actor}
    # A comma in the project's own path cannot be told from the setting's separator.
    if not any("," in url for url in stores.values()):
        values["FRONTIER_STORES"] = ",".join(f"{name}={url}" for name, url in stores.items())
    return values


def _absolute(url: str, root: Path) -> str:
    path = url.removeprefix("file:")
    is_relative = path != url and not path.startswith(("/", "~"))
    return f"file:{root / path}" if is_relative else url


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
