"""Schedules: what runs by itself because a model's YAML says when."""

import dagster as dg

from frontier_assets.specification import Retention


def build_retention_schedule(retention: Retention, job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """Build the schedule of a model's retention; it runs, since the YAML asked for it."""
    return dg.ScheduleDefinition(
        job=job,
        cron_schedule=retention.schedule,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Deletes the checkpoints that the YAML's `retention` does not keep.",
    )


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
