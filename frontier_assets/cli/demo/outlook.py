"""What there is still to wait for: decided from the registry and from Dagster's runs."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from frontier_assets.checkpoints.training import run_name
from frontier_assets.errors import NotFoundError
from frontier_assets.promotion.gate_conditions import gate_conditions
from frontier_assets.types import Stage, Version
from frontier_assets.workspace import Workspace

ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
Runs = Sequence[dict[str, Any]]  # as `DagsterServer.runs` returns them
_NEXT_STAGE = {Stage.DEVELOPMENT: Stage.STAGING, Stage.STAGING: Stage.PRODUCTION}


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """How far the new version of ``model`` has come that the run ``training`` makes.

    ``end`` says what became of it and is None while there is something to wait for.
    """

    model: str
    training: str
    version: Version | None = None
    end: str | None = None
    failed: bool = False

    def ended(self, end: str, *, failed: bool = False) -> "Outlook":
        """Return this outlook with nothing left to wait for."""
        return dataclasses.replace(self, end=end, failed=failed)


def look(workspace: Workspace, before: Outlook, runs: Runs) -> Outlook:
    """Return what is to be expected now; an outlook that has ended stays as it is."""
    if before.end is not None:
        return before
    status = {run["runId"]: run["status"] for run in runs}
    version = _registered_by(workspace, before)
    now = dataclasses.replace(before, version=version)
    if version is None:
        trained = status.get(now.training) in ENDED
        return now.ended(_problem(workspace, now), failed=True) if trained else now
    own = [run for run in runs if run["jobName"].startswith(f"{now.model}__")]
    if any(run["status"] not in ENDED for run in own):
        return now  # the run that has moved it, too: ending Dagster now would break it off
    if version.stage is Stage.PRODUCTION:
        return now.ended(f"{version.ref} is in production, promoted by the sensor.")
    if not any(run["tags"].get("dagster/partition") == version.number for run in own):
        return now
    return verdict(workspace, now, version, [run for run in own if run["status"] != "SUCCESS"])


def verdict(workspace: Workspace, now: Outlook, version: Version, broken: Runs) -> Outlook:
    """Tell a refusal by the gates, and a wait for people, from a run that broke."""
    evidence = workspace.registry.stages.evidence(version.model, version.number)
    if refusals := [item.detail for item in gate_conditions(evidence) if item.state == "unmet"]:
        return now.ended(f"{version.ref} was refused: {'; '.join(refusals)}")
    if broken:
        names = ", ".join(f"{run['jobName']} ({run['runId'][:8]})" for run in broken)
        return now.ended(f"Runs failed: {names}.", failed=True)
    target = _NEXT_STAGE.get(version.stage)
    if target is None:
        return now.ended(f"{version.ref} is {version.stage.value} by now.")
    left = workspace.stages.why(version.ref, to=target, automatic=True).conditions
    unmet = [item.detail for item in left if item.state == "unmet"]
    if unmet and not any(item.state == "waiting" for item in left):
        return now.ended(f"{version.ref} stays in {version.stage.value}: {'; '.join(unmet)}")
    return now


def _registered_by(workspace: Workspace, outlook: Outlook) -> Version | None:
    try:
        versions = workspace.versions.list(outlook.model)
    except NotFoundError:
        return None
    return next((version for version in versions if version.run_id == outlook.training), None)


def _problem(workspace: Workspace, outlook: Outlook) -> str:
    try:
        recorded = workspace.training_runs.get(outlook.model, run_name(outlook.training))
    except NotFoundError:
        return f"Training of {outlook.model} ended before it began."
    return f"Training of {outlook.model} {recorded.status.value}: " + (
        recorded.problem or "it registered no version"
    )
