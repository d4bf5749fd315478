"""A whole code location: every model below a project, and what exists once for all of them."""

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from dagster_shared.error import DagsterUnresolvableSymbolError

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.orchestration.connections import find_gcs, find_s3
from frontier_assets.orchestration.ingestion import ingest_job_name
from frontier_assets.orchestration.io_managers.schemes import build_io_managers
from frontier_assets.orchestration.jobs import build_job_name, promote_job_name
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.sensors.new_checkpoints import build_new_checkpoints_sensor
from frontier_assets.orchestration.sensors.new_versions import build_new_versions_sensor
from frontier_assets.orchestration.sensors.promotion import build_promotion_sensor
from frontier_assets.orchestration.sensors.run_failures import build_run_failure_sensor
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.orchestration.upkeep import build_upkeep_definitions
from frontier_assets.settings import Settings, find_project_root
from frontier_assets.specification import ModelSpecification

if TYPE_CHECKING:
    from dagster_aws.s3 import S3Resource
    from dagster_gcp import GCSResource

# Ours, and what Dagster gives to every asset that names no IO manager.
_RESERVED_KEYS = {"workspace", "io_manager"}


def build_location(
    project_path: Path, *, s3: "S3Resource | None" = None, gcs: "GCSResource | None" = None
) -> dg.Definitions:
    """Return the definitions of the project that contains ``project_path``.

    Its stores on S3 and GCS are reached by the resources ``s3`` and ``gcs``, or by those of these
    names that the project defines. Reads settings, opens nothing and executes no user module.
    """
    with warnings.catch_warnings():
        # Dagster warns about parts of its own that it uses itself while loading components.
        for category in (dg.BetaWarning, dg.PreviewWarning):
            warnings.simplefilter("ignore", category)
        return _build_location(project_path, s3, gcs)


def _build_location(
    project_path: Path, s3: "S3Resource | None", gcs: "GCSResource | None"
) -> dg.Definitions:
    # `load_from_defs_folder` imports every installed dagster library, which is most of its time.
    tree = dg.ComponentTree.for_project(path_within_project=project_path)
    try:
        components = tree.get_all_components(of_type=ModelLifecycle)
    except DagsterUnresolvableSymbolError as error:
        raise _unknown_component(tree.defs_module_path, error) from error
    specifications = [component.specification for component in components]
    _refuse_duplicates([specification.name for specification in specifications])
    defs = tree.build_defs(tree.defs_module_path)
    shared = build_shared_definitions(defs, specifications, project_path, s3=s3, gcs=gcs)
    _refuse_taken_names(defs, shared)
    return dg.Definitions.merge(defs, shared)


def build_shared_definitions(
    defs: dg.Definitions,
    specifications: Sequence[ModelSpecification],
    project_path: Path,
    *,
    s3: "S3Resource | None" = None,
    gcs: "GCSResource | None" = None,
) -> dg.Definitions:
    """Return sensors over all models, the stores' jobs, IO managers, resources and the executor.

    The executor is the light one where the project has nothing but models; other people's assets
    keep the one that they had.
    """
    root = find_project_root(project_path)
    # An installed project lies outside its root; that is looked for when the workspace is opened.
    settings = Settings.read(root=root or project_path)
    _refuse_unusable_stores(specifications, settings)
    _refuse_other_frameworks(specifications, settings)
    theirs = defs.resources or {}
    workspace = WorkspaceResource(
        project_root=str(root or ""),
        s3=s3 or find_s3(theirs, settings.stores),
        gcs=gcs or find_gcs(theirs, settings.stores),
    )
    shared = dg.Definitions(
        sensors=_sensors(defs, specifications) if specifications else [],
        resources={
            "workspace": workspace,
            **build_io_managers(settings.stores, workspace),
        },
        executor=LIGHT_EXECUTOR if _has_models_alone(defs, specifications) else None,
    )
    return dg.Definitions.merge(shared, build_upkeep_definitions())


def _sensors(
    defs: dg.Definitions, specifications: Sequence[ModelSpecification]
) -> list[dg.SensorDefinition]:
    jobs = {job.name: job for job in defs.jobs or []}
    build_jobs = [jobs[build_job_name(item.name)] for item in specifications]
    promote_jobs = [jobs[promote_job_name(item.name)] for item in specifications]
    ingest_jobs = [jobs[ingest_job_name(item.name)] for item in specifications if item.watch]
    return [
        build_new_checkpoints_sensor(specifications, ingest_jobs),
        build_new_versions_sensor(specifications, build_jobs),
        build_promotion_sensor(specifications, promote_jobs),
        build_run_failure_sensor(specifications),
    ]


def _has_models_alone(defs: dg.Definitions, specifications: Sequence[ModelSpecification]) -> bool:
    models = {specification.name for specification in specifications}
    groups: set[str | None] = set()
    for asset in defs.assets or []:
        match asset:
            case dg.AssetsDefinition():
                groups |= {spec.group_name for spec in asset.specs}
            case dg.AssetSpec():
                groups.add(asset.group_name)
            case _:
                groups.add(None)
    return defs.executor is None and groups <= models


def _unknown_component(folder: Path, error: DagsterUnresolvableSymbolError) -> SettingsError:
    """Say in which file and line a component is named that does not exist; Dagster does not."""
    for path in sorted(folder.rglob("defs.yaml")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            key, _, named = line.partition(":")
            name = named.strip(" \"'")
            if key.strip() == "type" and f"`{name.rpartition('.')[2]}`" in str(error):
                return SettingsError(
                    f"{path}:{number}",
                    f"names the component '{name}', and there is none",
                    "write frontier_assets.ModelLifecycle, or the name of one that is installed",
                )
    return SettingsError(str(folder), str(error), "correct the `type` of the component")


def _refuse_duplicates(names: Sequence[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise SettingsError(
                f"Model '{name}'", f"is the name in {count} defs.yaml files", "rename all but one"
            )


def _refuse_taken_names(theirs: dg.Definitions, ours: dg.Definitions) -> None:
    """Refuse what Dagster would refuse without saying whose it is."""
    taken = [f"Resource '{key}'" for key in ours.resources or {} if key in (theirs.resources or {})]
    for kind in ("Sensor", "Schedule", "Job"):
        names, brought = (
            {item.name for item in getattr(defs, f"{kind.lower()}s") or []}
            for defs in (theirs, ours)
        )
        taken += [f"{kind} '{name}'" for name in sorted(names & brought)]
    for thing in taken:
        raise SettingsError(
            thing,
            "is defined by this project, and frontier_assets brings one of the same name",
            "give the project's own another name",
        )


def _refuse_unusable_stores(
    specifications: Sequence[ModelSpecification], settings: Settings
) -> None:
    for name in _RESERVED_KEYS & settings.stores.keys():
        raise SettingsError(
            "FRONTIER_STORES",
            f"names a store '{name}'",
            "choose another name: a store is a resource, and that one has another meaning",
        )
    for specification in specifications:
        if specification.storage not in settings.stores:
            raise SettingsError(
                f"Model '{specification.name}'",
                f"names the store '{specification.storage}'",
                f"FRONTIER_STORES has {', '.join(settings.stores)}",
            )


def _refuse_other_frameworks(
    specifications: Sequence[ModelSpecification], settings: Settings
) -> None:
    accepted = settings.frameworks
    for specification in specifications:
        if accepted is not None and specification.framework not in accepted:
            raise SettingsError(
                f"Model '{specification.name}'",
                f"is written in the framework '{specification.framework}'",
                f"FRONTIER_FRAMEWORKS accepts {', '.join(accepted)} here",
            )
