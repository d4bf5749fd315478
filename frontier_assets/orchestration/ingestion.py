"""``m__ingest``: takes one checkpoint in that a trainer outside Dagster wrote.

The sensor `new_checkpoints` only looks: copying gigabytes would outlast its tick.
"""

import dagster as dg
from pydantic import Field

from frontier_assets.orchestration.assets.checkpoint import report_checkpoint
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import LIGHT_EXECUTOR
from frontier_assets.specification import ModelSpecification, Watch
from frontier_assets.types import Checkpoint
from frontier_assets.workspace import Workspace


class IngestConfig(dg.Config):
    """What to take in, as the last look found it."""

    location: str = Field(description="File or folder, as `frontier checkpoints list` shows it.")
    fingerprint: str = Field(description="Refused when it has another one by now.")


def ingest_job_name(model: str) -> str:
    """Return the name of the job that takes in a checkpoint of the model."""
    return f"{model}__ingest"


def ingest_op_name(model: str) -> str:
    """Return the name of that job's one op, under which its configuration stands."""
    return f"{model}__ingest_checkpoint"


def build_ingest_job(specification: ModelSpecification, watch: Watch) -> dg.JobDefinition:
    """Build the job that takes in one checkpoint and registers it where the YAML says so."""
    model = specification.name

    @dg.op(name=ingest_op_name(model))
    def ingest(
        context: dg.OpExecutionContext, config: IngestConfig, workspace: WorkspaceResource
    ) -> None:
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run_id)
            saved = opened.discovery.ingest(
                specification, config.location, config.fingerprint, run_id=context.run_id
            )
            context.log.info("%s is checkpoint %s of %s", config.location, saved.key, model)
            report_checkpoint(context, saved)
            if _becomes_version(opened, watch, saved):
                opened.versions.register(model, checkpoint=saved.key, run_id=context.run_id)

    @dg.job(
        name=ingest_job_name(model),
        executor_def=LIGHT_EXECUTOR,
        description=f"Take in a checkpoint of {model} that lies in {watch.location}. The sensor "
        "new_checkpoints starts it for everything that is whole and at rest; a failed run names "
        "what is wrong with the file.",
    )
    def ingest_job() -> None:
        ingest()

    return ingest_job


def _becomes_version(workspace: Workspace, watch: Watch, saved: Checkpoint) -> bool:
    if watch.register_ == "never":
        return False
    if watch.register_ == "best":
        return workspace.checkpoints.best_of_run(saved.model, saved.run).key == saved.key
    newest = max(item.step for item in workspace.checkpoints.list(saved.model, run=saved.run))
    return saved.step == newest
