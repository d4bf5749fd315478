"""The lease that one run holds on a version while it builds it."""

import dagster as dg

from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Ref, Selector, Version
from frontier_assets.workspace import Workspace


def join_build(
    context: dg.AssetExecutionContext, workspace: Workspace, specification: ModelSpecification
) -> Version:
    """Record the policy, take or join the build's lease, and return the version of this partition.

    Raises:
        VersionNotFoundError: the partition's key is no version of the registry.
        BuildInProgressError: a run that has not ended is building this version.
    """
    workspace.record_policy(specification, run_id=context.run.run_id)
    version = partition_version(context, workspace, specification.name)
    workspace.registry.builds.acquire(
        version.model,
        version.number,
        run_id=context.run.run_id,
        is_over=lambda run_id: run_is_over(context.instance, run_id),
        actor=workspace.settings.actor,
    )
    return version


def partition_version(
    context: dg.AssetExecutionContext, workspace: Workspace, model: str
) -> Version:
    """Return the version whose number is the partition's key."""
    return workspace.versions.get(Ref(model, Selector.NUMBER, context.partition_key))


def run_is_over(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Tell whether a run has ended; one that Dagster does not know cannot be running."""
    run = instance.get_run_by_id(run_id)
    return run is None or run.is_finished
