"""A whole code location: every model below a project, and what exists once for all of them."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.orchestration.io_managers.schemes import build_io_managers
from frontier_assets.orchestration.jobs import build_job_name, promote_job_name
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.sensors.new_versions import build_new_versions_sensor
from frontier_assets.orchestration.sensors.promotion import build_promotion_sensor
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.settings import Settings, find_project_root
from frontier_assets.specification import ModelSpecification


def build_location(project_path: Path) -> dg.Definitions:
    """Return the definitions of the project that contains ``project_path``.

    Reads settings, opens nothing and executes no user module.
    """
    # `load_from_defs_folder` imports every installed dagster library, which is most of its time.
    tree = dg.ComponentTree.for_project(path_within_project=project_path)
    defs = tree.build_defs(tree.defs_module_path)
    components = tree.get_all_components(of_type=ModelLifecycle)
    return dg.Definitions.merge(
        defs, build_shared_definitions(defs, [c.specification for c in components], project_path)
    )


def build_shared_definitions(
    defs: dg.Definitions, specifications: Sequence[ModelSpecification], project_path: Path
) -> dg.Definitions:
    """Return sensors over all models, IO managers, resources and the executor."""
    root = find_project_root(project_path) or project_path
    settings = Settings.read(root=root)
    _refuse_unknown_stores(specifications, settings)
    workspace = WorkspaceResource(project_root=str(root))
    jobs = {job.name: job for job in defs.jobs or []}
    build_jobs = [jobs[build_job_name(item.name)] for item in specifications]
    promote_jobs = [jobs[promote_job_name(item.name)] for item in specifications]
    return dg.Definitions(
        sensors=[
            build_new_versions_sensor(specifications, build_jobs),
            build_promotion_sensor(specifications, promote_jobs),
        ]
        if specifications
        else [],
        resources={
            "workspace": workspace,
            **build_io_managers(settings.stores, workspace),
        },
        executor=LIGHT_EXECUTOR,
    )


def _refuse_unknown_stores(
    specifications: Sequence[ModelSpecification], settings: Settings
) -> None:
    for specification in specifications:
        if specification.storage not in settings.stores:
            raise SettingsError(
                f"Model '{specification.name}'",
                f"names the store '{specification.storage}'",
                f"FRONTIER_STORES has {', '.join(settings.stores)}",
            )
