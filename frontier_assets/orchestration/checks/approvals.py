"""The approvals of the staged version as an asset check, where the YAML asks for any.

It stands on ``m/staging`` and can be executed like any check; jobs and commands that change its
answer report it as well. It blocks nothing: the registry asks again in the move's transaction.
"""

import dagster as dg

from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace

APPROVALS = "approvals"


def build_approvals_checks(specification: ModelSpecification) -> list[dg.AssetChecksDefinition]:
    """Return the check, if people have to approve what goes to production."""
    model = specification.name
    if not specification.promotion.production.approvals:
        return []

    @dg.asset_check(
        asset=_key(model),
        name=APPROVALS,
        description="Passes when everybody whom the YAML asks for has approved the staged version "
        f"for production: `frontier approve {model}@staging --to production --key KEYFILE`.",
    )
    def approvals(workspace: WorkspaceResource) -> dg.AssetCheckResult:
        with translated(), workspace.opened() as opened:
            passed, words = opened.approvals.state(model) or (True, "None is asked for.")
        return dg.AssetCheckResult(
            passed=passed, severity=dg.AssetCheckSeverity.WARN, description=words
        )

    return [approvals]


def report_approvals(instance: dg.DagsterInstance, workspace: Workspace, model: str) -> None:
    """Show the approvals as they are after a move."""
    state = workspace.approvals.state(model)
    if state is not None:
        passed, words = state
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=_key(model),
                check_name=APPROVALS,
                passed=passed,
                severity=dg.AssetCheckSeverity.WARN,
                description=words,
            )
        )


def _key(model: str) -> dg.AssetKey:
    return dg.AssetKey([model, Stage.STAGING.value])
