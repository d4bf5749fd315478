"""``new_checkpoints``: looks where other trainers write, and has taken in what is at rest.

What was seen is in the registry and no cursor: a look and what came of it are one record, which the
command shows too. A place that cannot be looked at stops no other model.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import dagster as dg
from blake3 import blake3

from frontier_assets.errors import FrontierAssetsError
from frontier_assets.orchestration.ingestion import ingest_job_name, ingest_op_name
from frontier_assets.orchestration.jobs import ModelJob
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.registry.discoveries import DiscoveryRecord
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace

# Also the time for which a file has to be unchanged.
_SECONDS_BETWEEN_TICKS = 30
_RUNS_AT_ONCE = 20
_ATTEMPTS = 3
_LINES = 10
_TAG = "frontier/discovery"


def build_new_checkpoints_sensor(
    specifications: Sequence[ModelSpecification], jobs: Sequence[ModelJob]
) -> dg.SensorDefinition:
    """Build the sensor over all models with a `watch` section; ``jobs`` are their ingest jobs."""
    watched = [specification for specification in specifications if specification.watch]

    @dg.sensor(
        name="new_checkpoints",
        jobs=jobs or None,
        minimum_interval_seconds=_SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Takes in the checkpoints that trainers outside Dagster write where the YAML's "
        "`watch` says, once they are whole. A skipped tick names what is refused or unfinished.",
    )
    def new_checkpoints(
        context: dg.SensorEvaluationContext, workspace: WorkspaceResource
    ) -> dg.SensorResult | dg.SkipReason:
        if not watched:
            return dg.SkipReason("No model has a `watch` section.")
        requests: list[dg.RunRequest] = []
        said: list[str] = []
        with workspace.opened() as opened:
            for specification in watched:
                try:
                    requests += _requests(context.instance, opened, specification, said)
                except FrontierAssetsError as error:
                    said.append(f"{specification.name} was not looked at: {error}")
        for line in _shown(said):
            context.log.warning(line)
        if not requests:
            return dg.SkipReason("; ".join(_shown(said)) or "Nothing new is at rest.")
        return dg.SensorResult(run_requests=requests)

    return new_checkpoints


def _requests(
    instance: dg.DagsterInstance,
    workspace: Workspace,
    specification: ModelSpecification,
    said: list[str],
) -> list[dg.RunRequest]:
    look = workspace.discovery.look(specification)
    asked = (_request(instance, workspace, found) for found in look.ready)
    requests = list(islice(filter(None, asked), _RUNS_AT_ONCE))
    said += [f"{specification.name}: {line}" for line in look.unfinished]
    said += _refusals(workspace, specification.name)
    return requests


def _request(
    instance: dg.DagsterInstance, workspace: Workspace, found: DiscoveryRecord
) -> dg.RunRequest | None:
    """Ask for a run, unless one is under way or so many ended that another would not help."""
    name = blake3(f"{found.model}\n{found.location}\n{found.fingerprint}".encode()).hexdigest()
    runs = instance.get_runs(dg.RunsFilter(tags={_TAG: name}))
    if any(not run.is_finished for run in runs):
        return None
    if len(runs) >= _ATTEMPTS:
        problem = f"{len(runs)} runs ended without taking it in; run {runs[0].run_id} has the log"
        workspace.discovery.refuse(found.model, found.location, found.fingerprint, problem)
        return None
    config = {"location": found.location, "fingerprint": found.fingerprint}
    return dg.RunRequest(
        run_key=f"ingest:{name}:{len(runs)}",
        job_name=ingest_job_name(found.model),
        run_config={"ops": {ingest_op_name(found.model): {"config": config}}},
        tags={_TAG: name},
    )


def _shown(lines: list[str]) -> list[str]:
    more = len(lines) - _LINES
    return lines[:_LINES] + ([f"and {more} more"] if more > 0 else [])


def _refusals(workspace: Workspace, model: str) -> Iterator[str]:
    for item in workspace.discovery.list(model):
        if item.problem:
            yield f"{model}: {item.location} was refused: {item.problem}"
