"""``m__retention``: deletes checkpoints and their partitions together.

The registry's row goes first, then the partition: what a crash leaves between the two is a
partition without a checkpoint, and the next run removes every such partition.
"""

import dagster as dg
from pydantic import Field

from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.retention import retention_metadata
from frontier_assets.orchestration.partitions import checkpoints_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace


class RetentionConfig(dg.Config):
    """Whether to delete, or only to say what would be."""

    dry_run: bool = Field(default=False, description="Delete nothing; report what would be.")


def retention_op_name(model: str) -> str:
    """Return the name of the job's one op, under which its configuration stands."""
    return f"{model}__retain_checkpoints"


def build_retention_job(specification: ModelSpecification) -> dg.JobDefinition:
    """Build the job that keeps what the YAML's `retention` says, and deletes the rest."""
    model = specification.name

    @dg.op(name=retention_op_name(model))
    def retain(
        context: dg.OpExecutionContext, config: RetentionConfig, workspace: WorkspaceResource
    ) -> None:
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run_id)
            report = opened.checkpoints.retain(
                model,
                dry_run=config.dry_run,
                run_id=context.run_id,
            )
            if not config.dry_run:
                _remove_partitions(context.instance, opened, model)
        context.add_output_metadata(retention_metadata(report))

    @dg.job(
        name=f"{model}__retention",
        executor_def=LIGHT_EXECUTOR,
        description=f"Delete the checkpoints of {model} that its YAML's `retention` does not keep; "
        "what is staged, in production, pinned or trained on stays. Configure `dry_run` to see "
        f"what would go; same as `frontier checkpoints retain {model}`.",
    )
    def retention_job() -> None:
        retain()

    return retention_job


def _remove_partitions(instance: dg.DagsterInstance, workspace: Workspace, model: str) -> None:
    name = checkpoints_partitions(model).name or ""
    # Partitions first: a checkpoint that is saved meanwhile is on record before its partition is.
    partitions = instance.get_dynamic_partitions(name)
    kept = {checkpoint.key for checkpoint in workspace.checkpoints.list(model)}
    for key in partitions:
        if key not in kept:
            instance.delete_dynamic_partition(name, key)
