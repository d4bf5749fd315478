"""``new_versions``: builds every version that is registered, and the rest of an unfinished build.

The registry's change sequence is the cursor, so several versions between two ticks are several
builds, and a version registered outside Dagster is seen like any other. So is one that was deleted:
its partition goes.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from frontier_assets.orchestration.assets.comparison import comparison_key
from frontier_assets.orchestration.assets.evaluation import evaluation_key
from frontier_assets.orchestration.assets.model_card import model_card_key
from frontier_assets.orchestration.build import run_is_over
from frontier_assets.orchestration.jobs import ModelJob, build_job_name
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.sensors.cursor import changes, read_cursor, write_cursor
from frontier_assets.promotion.gate_conditions import (
    performance_conditions,
    quality_conditions,
)
from frontier_assets.registry.audit import AuditEntry
from frontier_assets.registry.builds import BuildState
from frontier_assets.registry.evidence import Decision, Evidence
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.specification import BRANCH_TAG, ModelSpecification
from frontier_assets.workspace import Workspace

_SECONDS_BETWEEN_TICKS = 2


def build_new_versions_sensor(
    specifications: Sequence[ModelSpecification],
    jobs: Sequence[ModelJob],
) -> dg.SensorDefinition:
    """Build the sensor over all models of the code location; ``jobs`` are their build jobs."""
    by_name = {specification.name: specification for specification in specifications}

    @dg.sensor(
        name="new_versions",
        jobs=jobs,
        minimum_interval_seconds=_SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Builds every newly registered version of every model, and the rest of a build "
        "whose gates have passed since. Off? Then start the job MODEL__build by hand.",
    )
    def new_versions(
        context: dg.SensorEvaluationContext, workspace: WorkspaceResource
    ) -> dg.SensorResult | dg.SkipReason:
        seen = read_cursor(context.cursor)
        requests: list[dg.RunRequest] = []
        partitions: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
        with workspace.opened() as opened:
            for model, entries in changes(opened, sorted(by_name), seen):
                found = list(_requests(context.instance, opened, by_name[model], entries))
                keys = [key for request in found if (key := request.partition_key)]
                requests += found
                if keys:
                    partitions.append(versions_partitions(model).build_add_request(keys))
                gone = _deleted(entries)
                if gone:
                    partitions.append(versions_partitions(model).build_delete_request(gone))
        if not partitions:
            context.update_cursor(write_cursor(seen))
            return dg.SkipReason("No version is waiting to be built.")
        return dg.SensorResult(
            run_requests=requests, dynamic_partitions_requests=partitions, cursor=write_cursor(seen)
        )

    return new_versions


def _deleted(entries: Sequence[AuditEntry]) -> list[str]:
    deleted = (entry for entry in entries if entry.action is AuditAction.VERSION_DELETED)
    return [entry.version for entry in deleted if entry.version]


def _requests(
    instance: dg.DagsterInstance,
    workspace: Workspace,
    specification: ModelSpecification,
    entries: Sequence[AuditEntry],
) -> Iterator[dg.RunRequest]:
    model = specification.name
    registered = {e.version for e in entries if e.action is AuditAction.VERSION_REGISTERED}
    evaluated = {e.version for e in entries if e.action is AuditAction.EVALUATION_RECORDED}
    last = {entry.version: entry.sequence for entry in entries}
    living = {version.number for version in workspace.versions.list(model)}
    for number in sorted(living & (registered | evaluated), key=lambda n: last[n]):
        if _is_being_built(instance, workspace, model, number):
            continue
        evidence = workspace.registry.stages.evidence(model, number)
        if evidence.build is None and number in registered:
            selection = None
        elif evidence.build is not None and _may_go_on(evidence):
            selection = _rest_of_build(specification, evidence)
        else:
            continue
        yield dg.RunRequest(
            run_key=f"build:{model}@{number}:{last[number]}",
            job_name=build_job_name(model),
            partition_key=number,
            asset_selection=selection,
            tags={BRANCH_TAG: evidence.version.branch},
        )


def _is_being_built(
    instance: dg.DagsterInstance, workspace: Workspace, model: str, number: str
) -> bool:
    build = workspace.registry.builds.get(model, number)
    if build is None:
        return False
    return build.state is BuildState.COMPLETED or not run_is_over(instance, build.run_id)


def _may_go_on(evidence: Evidence) -> bool:
    """Tell whether nothing is known that would stop the rest of the build again."""
    stopping = [item for item in performance_conditions(evidence) if item.state == "unmet"]
    return Decision(quality_conditions(evidence)).allowed and not stopping


def _rest_of_build(specification: ModelSpecification, evidence: Evidence) -> list[dg.AssetKey]:
    model = specification.name
    judged = {(place, verdict.gate_digest) for (place, _), verdict in evidence.verdicts.items()}
    proved = {
        name
        for name, record in evidence.artifacts.items()
        if record.verified_at
        and all((name, gate.digest) in judged for gate in specification.gates_on(name))
    }
    missing = [
        evaluation_key(model, d)
        for d in specification.evaluation.datasets
        if d not in evidence.evaluations
    ]
    targets = [item.target for item in specification.conversions if item.target not in proved]
    last = [comparison_key(model), model_card_key(model)]
    return [*missing, *(dg.AssetKey([model, t]) for t in targets), *last]
