"""Schedules: what runs by itself because a model's YAML says when."""

import dagster as dg

from frontier_assets.orchestration.jobs import ModelJob
from frontier_assets.orchestration.partitions import ab_tests_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import ABTest, Retention
from frontier_assets.types import ExperimentState


def build_retention_schedule(retention: Retention, job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """Build the schedule of a model's retention; it runs, since the YAML asked for it."""
    return dg.ScheduleDefinition(
        job=job,
        cron_schedule=retention.schedule,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Deletes the checkpoints that the YAML's `retention` does not keep.",
    )


def build_looks_schedule(model: str, section: ABTest, job: ModelJob) -> dg.ScheduleDefinition:
    """Build the schedule that looks at each running experiment, and once at each stopped one."""

    @dg.schedule(
        name=f"{model}__ab_test_looks",
        job=job,
        cron_schedule=section.schedule,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Looks at the running experiments and does what follows.",
    )
    def looks(
        context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource
    ) -> list[dg.RunRequest] | dg.SkipReason:
        with workspace.opened() as opened:
            known = {item.name for item in opened.registry.models.list()}
            found = opened.experiments.list(model) if model in known else []
        tick = context.scheduled_execution_time.isoformat()
        keys = {
            item.id: tick if item.state is ExperimentState.RUNNING else item.state.value
            for item in found
            if item.state in (ExperimentState.RUNNING, ExperimentState.STOPPED)
            and item.started_at is not None
        }
        if not keys:
            return dg.SkipReason("No experiment is running.")
        partitions = ab_tests_partitions(model).name or ""
        context.instance.add_dynamic_partitions(partitions, [*keys])
        return [
            dg.RunRequest(run_key=f"{key}:{when}", partition_key=key) for key, when in keys.items()
        ]

    return looks


def check_cron(text: str) -> str:
    """Return a cron expression that Dagster accepts; `ValueError` for any other."""
    try:
        dg.ScheduleDefinition(job_name="any", cron_schedule=text)
    except dg.DagsterInvalidDefinitionError as error:
        raise ValueError(
            f"schedule '{text}' is not valid: expected the five fields of cron, e.g. `0 3 * * *` "
            "for every day at three"
        ) from error
    return text
