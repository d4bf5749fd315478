"""``run_failure_alerts``: marks a training run failed whose process could not say so itself.

A process that is killed leaves its run `training`. Compared are the registry's unfinished runs with
Dagster's own record of them, not one event with one run: a run-status sensor watches one status,
so two would be needed for failed and for canceled runs, and neither would look again at what ended
while no daemon was running.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import BuildStatus
from frontier_assets.workspace import Workspace

_NAME = "run_failure_alerts"
_SECONDS_BETWEEN_TICKS = 5
_LAST_EVENTS = 10
_ENDINGS = (
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.RUN_CANCELED,
    dg.DagsterEventType.RUN_SUCCESS,
)


def build_run_failure_sensor(specifications: Sequence[ModelSpecification]) -> dg.SensorDefinition:
    """Build the sensor over all models of the code location that are trained in it."""
    trained = sorted(item.name for item in specifications if item.training)

    @dg.sensor(
        name=_NAME,
        minimum_interval_seconds=_SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Marks training runs failed whose process was killed or canceled.",
    )
    def run_failure_alerts(
        context: dg.SensorEvaluationContext, workspace: WorkspaceResource
    ) -> dg.SkipReason:
        with workspace.opened() as opened:
            marked = list(_mark(context.instance, opened, trained))
        for line in marked:
            context.log.warning(line)
        return dg.SkipReason("; ".join(marked) or "No training run was left behind.")

    return run_failure_alerts


def _mark(
    instance: dg.DagsterInstance, workspace: Workspace, models: Sequence[str]
) -> Iterator[str]:
    for run in workspace.training_runs.unfinished():
        # A run of no Dagster, or of another instance over the same registry, may well be alive.
        known = instance.get_run_by_id(run.run_id) if run.run_id else None
        if run.model not in models or known is None or not known.is_finished:
            continue
        reason = _reason(instance, known.run_id)
        marked = workspace.training_runs.fail(
            run.model,
            run.name,
            f"Dagster run {known.run_id} ended as {known.status.value}: {reason}",
            run_id=run.run_id,
            actor=f"sensor:{_NAME}",
        )
        if marked.status is BuildStatus.FAILED:
            yield f"Training run {run.name} of {run.model} failed: {marked.problem}"


def _reason(instance: dg.DagsterInstance, run_id: str) -> str:
    """Return the message of the run's end, after what Dagster said right before it."""
    last = instance.get_records_for_run(run_id, limit=_LAST_EVENTS, ascending=False).records
    events = [record.event_log_entry.dagster_event for record in reversed(last)]
    endings = [n for n, event in enumerate(events) if event and event.event_type in _ENDINGS]
    if not endings:
        return "it says no more"
    end = endings[-1]
    explained = events[end - 1] if end else None
    said = [
        event.message
        for event in (explained, events[end])
        # Only here stands that a process was killed, and by which signal.
        if event and (event is events[end] or event.event_type is dg.DagsterEventType.ENGINE_EVENT)
    ]
    return " ".join(text for text in said if text) or "it says no more"
