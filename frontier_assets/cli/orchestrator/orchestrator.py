"""The project's Dagster instance: its definitions, its partitions, its build runs, its events."""

import contextlib
import functools
import os
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from frontier_assets import entrypoints
from frontier_assets.cli.location import FILE, find_locations
from frontier_assets.cli.orchestrator.asking import ask_dagster
from frontier_assets.cli.orchestrator.definitions import Definition, definitions_of
from frontier_assets.cli.orchestrator.surroundings import surroundings
from frontier_assets.cli.progress import BuildProgress
from frontier_assets.errors import BuildFailedError, ModelNotDefinedError, SettingsError
from frontier_assets.promotion.moves import move_facts
from frontier_assets.settings import Settings
from frontier_assets.specification import BRANCH_TAG
from frontier_assets.types import Stage, Version

if TYPE_CHECKING:
    from frontier_assets.registry.audit import AuditEntry
    from frontier_assets.registry.moves import StageMove

_HOME = "DAGSTER_HOME"
_REPORTED = (Stage.STAGING, Stage.PRODUCTION)
# Dagster's console log repeats on stderr what the run's own log has.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


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
        found: dict[str, Definition] = {}
        for location in find_locations(self._root):
            here = definitions_of(location)
            for model in found.keys() & here.keys():
                raise SettingsError(
                    f"Model '{model}'",
                    f"is defined by {found[model].location.module} and by {location.module}",
                    "rename one: they would share their partitions and their registry entry",
                )
            found |= here
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
            where = modules or f"{self._root} (it has no {FILE} and no [tool.dg.project])"
            raise ModelNotDefinedError(model, where, sorted(self.definitions))
        return self.definitions[model]

    def add_partition(self, version: Version) -> None:
        """Make the version a partition, so that it can be built; doing so again changes nothing."""
        add = self._instance.add_dynamic_partitions
        ask_dagster(str(self._root), "written", add, f"{version.model}__versions", [version.number])

    def remove_checkpoint_partitions(
        self, model: str, *, kept: Callable[[], Collection[str]]
    ) -> None:
        """Remove the partitions of checkpoints that are not ``kept``, which is asked last.

        In between a checkpoint may be saved, which is on record before its partition is there.
        """
        self._remove_partitions(f"{model}__checkpoints", kept)

    def remove_version_partitions(self, model: str, *, kept: Callable[[], Collection[str]]) -> None:
        """Remove the partitions of versions that are not ``kept``, as those of checkpoints go."""
        self._remove_partitions(f"{model}__versions", kept)

    def _remove_partitions(self, name: str, kept: Callable[[], Collection[str]]) -> None:
        instance, folder = self._instance, str(self._root)
        partitions = ask_dagster(folder, "read", instance.get_dynamic_partitions, name)
        for key in set(partitions) - set(kept()):
            ask_dagster(folder, "written", instance.delete_dynamic_partition, name, key)

    def build(self, version: Version, *, tell: Callable[[str], None]) -> str:
        """Run the version's build in this process and return the run's id.

        ``tell`` is given one line per step and check.

        Raises:
            BuildFailedError: a step failed.
            KeyboardInterrupt: somebody ended the run, which Dagster has on record.
        """
        definition = self.required_definition(version.model)
        entrypoint = definition.location.entrypoint
        run_id, progress = str(uuid.uuid4()), BuildProgress(tell)
        job = entrypoints.invoke(
            entrypoint, definition.definitions.resolve_job_def, f"{version.model}__build"
        )
        self._instance.add_event_listener(run_id, progress.on_event)
        try:
            result: dg.ExecuteInProcessResult = entrypoints.invoke(
                entrypoint,
                job.execute_in_process,
                instance=self._instance,
                partition_key=version.number,
                run_id=run_id,
                run_config=_QUIET,
                tags={BRANCH_TAG: version.branch},
                raise_on_error=False,
            )
        except dg.DagsterExecutionInterruptedError as error:  # between two steps
            raise KeyboardInterrupt from error
        if progress.interrupted:
            raise KeyboardInterrupt
        if not result.success:
            step, problem = progress.failure or ("the run", "it ended before its first step")
            raise BuildFailedError(version.ref, step, problem, run_id)
        return run_id

    def report_approvals(self, model: str, state: tuple[bool, str] | None) -> None:
        """Show in Dagster whether the staged version has its approvals, where it needs any."""
        if state is None:
            return
        passed, words = state
        event = dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey([model, Stage.STAGING.value]),
            check_name="approvals",
            passed=passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=words,
        )
        report = self._instance.report_runless_asset_event
        ask_dagster(str(self._root), "written", report, event)

    def report_stage(self, version: Version, move: "StageMove", entry: "AuditEntry") -> None:
        """Show in Dagster that a version entered staging or production, by which audit entry."""
        if not move.changed or move.target not in _REPORTED:
            return
        event = dg.AssetMaterialization(
            asset_key=[version.model, move.target.value],
            description=f"{version.ref}: {move.reason}",
            tags={"dagster/data_version": version.digest},
            metadata=move_facts(version, move, entry),
        )
        report = self._instance.report_runless_asset_event
        ask_dagster(str(self._root), "written", report, event)


@contextlib.contextmanager
def opened(settings: Settings, root: Path) -> Iterator[Orchestrator]:
    """Open the Dagster instance of the project in ``root``; ``DAGSTER_HOME`` wins as in Dagster.

    Raises:
        SettingsError: the instance cannot be opened.
    """
    with surroundings(settings, root), contextlib.ExitStack() as stack:
        home = os.environ.get(_HOME)
        folder = home or str(root)
        instance = ask_dagster(
            folder,
            "opened",
            dg.DagsterInstance.get if home else partial(dg.DagsterInstance.from_config, folder),
        )
        yield Orchestrator(stack.enter_context(instance), root)
