"""``promotion``: moves versions forward when the YAML says so and the evidence is complete.

It only asks; the stage job applies the same conditions again inside the registry's transaction.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from frontier_assets.orchestration.jobs import NOBODY, ModelJob, promote_job_name, promote_op_name
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.sensors.cursor import changes, read_cursor, write_cursor
from frontier_assets.registry.audit import ABOUT_EVERY_VERSION, AuditEntry
from frontier_assets.registry.evidence import Decision
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage, Version
from frontier_assets.workspace import Workspace

_SECONDS_BETWEEN_TICKS = 2
_NEXT_STAGE = {Stage.DEVELOPMENT: Stage.STAGING, Stage.STAGING: Stage.PRODUCTION}


def build_promotion_sensor(
    specifications: Sequence[ModelSpecification], jobs: Sequence[ModelJob]
) -> dg.SensorDefinition:
    """Build the sensor over all models of the code location; ``jobs`` are their promote jobs."""
    by_name = {specification.name: specification for specification in specifications}

    @dg.sensor(
        name="promotion",
        jobs=jobs,
        minimum_interval_seconds=_SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Promotes versions whose gates and proofs are complete, where the YAML's "
        "`promotion` says `automatic`. A skipped tick names what each version still lacks.",
    )
    def promotion(
        context: dg.SensorEvaluationContext, workspace: WorkspaceResource
    ) -> dg.SensorResult | dg.SkipReason:
        seen = read_cursor(context.cursor)
        requests: list[dg.RunRequest] = []
        waiting: list[str] = []
        with workspace.opened() as opened:
            for model, entries in changes(opened, sorted(by_name), seen):
                requests += _requests(opened, model, entries, waiting)
        if not requests:
            context.update_cursor(write_cursor(seen))
            return dg.SkipReason("; ".join(waiting) or "Nothing has changed.")
        return dg.SensorResult(run_requests=requests, cursor=write_cursor(seen))

    return promotion


def _requests(
    workspace: Workspace, model: str, entries: Sequence[AuditEntry], waiting: list[str]
) -> Iterator[dg.RunRequest]:
    holder = workspace.stages.holder(model)
    requested: set[Stage] = set()
    for version in _candidates(workspace, model, entries, holder):
        target = _NEXT_STAGE[version.stage]
        decision = workspace.stages.why(version.ref, to=target, automatic=True)
        if not decision.allowed:
            waiting.append(f"{version.ref} to {target.value}: {'; '.join(_missing(decision))}")
        elif target is not Stage.PRODUCTION or target not in requested:
            requested.add(target)
            names = ", ".join(condition.name for condition in decision.conditions)
            yield _request(
                workspace, version, target, holder=holder.number if holder else NOBODY, names=names
            )


def _missing(decision: Decision) -> Iterator[str]:
    for item in decision.conditions:
        if item.state != "met":
            yield f"{item.detail}: {item.remedy}" if item.state == "waiting" else item.detail


def _request(
    workspace: Workspace, version: Version, target: Stage, *, holder: str, names: str
) -> dg.RunRequest:
    # The newest change and the holder are part of the key: the same state asks once, a changed
    # one (a gate that passes now, a model unfrozen, another holder) asks again.
    change = workspace.audit.last_change(version.model, version.number)
    config = {
        "version": version.number,
        "to": target.value,
        "reason": f"all conditions met: {names}",
        "expected": holder if target is Stage.PRODUCTION else "",
        "automatic": True,
    }
    return dg.RunRequest(
        run_key=f"promote:{version.ref}:{target.value}:{change}:{holder}",
        job_name=promote_job_name(version.model),
        run_config={"ops": {promote_op_name(version.model): {"config": config}}},
        tags={"frontier/version": version.ref},
    )


def _candidates(
    workspace: Workspace, model: str, entries: Sequence[AuditEntry], holder: Version | None
) -> list[Version]:
    """Return what may move now, newest first: so the newest of several goes to production.

    Looked at are the versions that changed, all that are staged (a move that lost against another
    has not changed itself), and everything when the policy changed or the model was unfrozen.
    """
    changed = {entry.version for entry in entries}
    all_changed = any(entry.action in ABOUT_EVERY_VERSION for entry in entries)
    held = holder.sequence if holder else 0
    return [
        version
        for version in reversed(workspace.versions.list(model))
        if version.sequence > held
        and version.stage in _NEXT_STAGE
        and (all_changed or version.stage is Stage.STAGING or version.number in changed)
    ]
