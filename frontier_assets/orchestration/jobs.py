"""The jobs of one model: train, build, promote, roll back; retention has a file of its own."""

from typing import TYPE_CHECKING, TypeAlias

import dagster as dg
from pydantic import Field

from frontier_assets.conversion.targets import target_named
from frontier_assets.orchestration.assets.stage import report_stage
from frontier_assets.orchestration.checks.approvals import report_approvals
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import GPU_RUN_TAGS, LIGHT_EXECUTOR, STAGES_POOL
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.transitions import UNSET
from frontier_assets.specification import BUILD_TAG, ModelSpecification
from frontier_assets.types import Ref, Selector, VersionNumber
from frontier_assets.workspace import Workspace

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition,
    )

NOBODY = "nobody"
# `define_asset_job` is public and the class that it returns is not.
ModelJob: TypeAlias = "dg.JobDefinition | UnresolvedAssetJobDefinition"


class PromoteConfig(dg.Config):
    """What to move, where, and why."""

    version: str = Field(description="Version number, e.g. `1.2.0`.")
    to: str = Field(description="`staging` or `production`.")
    reason: str = Field(description="Stands in the audit trail.")
    expected: str = Field(
        default="",
        description="Production holder the decision was made against; `nobody` for none; "
        "not compared when empty.",
    )
    automatic: bool = Field(
        default=False, description="Set by the promotion sensor; obeys the YAML's `promotion`."
    )


class RollbackConfig(dg.Config):
    """Where to go back to, and why."""

    reason: str = Field(description="Stands in the audit trail.")
    to: str = Field(default="", description="Earlier holder; the previous one when empty.")
    expected: str = Field(
        default="",
        description="Version to get rid of, so that nobody rolls back twice; not compared when "
        "empty.",
    )


def train_job_name(model: str) -> str:
    """Return the name of the job that trains the model."""
    return f"{model}__train"


def build_job_name(model: str) -> str:
    """Return the name of the job that builds one version."""
    return f"{model}__build"


def look_job_name(model: str) -> str:
    """Return the name of the job that looks at one experiment."""
    return f"{model}__look"


def promote_job_name(model: str) -> str:
    """Return the name of the job that moves a version forward."""
    return f"{model}__promote"


def promote_op_name(model: str) -> str:
    """Return the name of that job's one op, under which its configuration stands."""
    return f"{model}__promote_version"


def build_jobs(
    specification: ModelSpecification,
) -> list[ModelJob]:
    """Return the model's jobs."""
    model = specification.name
    on_gpu = any(target_named(item.target).flavour for item in specification.conversions)
    jobs: list[ModelJob] = [
        dg.define_asset_job(
            build_job_name(model),
            selection=dg.AssetSelection.tag(BUILD_TAG, model),
            executor_def=LIGHT_EXECUTOR,
            run_tags=GPU_RUN_TAGS if on_gpu else None,
            description=f"Evaluate, convert and prove one version of {model}, its partition. The "
            "sensor new_versions starts it by itself; same as "
            f"`frontier build {model}@VERSION`.",
        ),
        _promote_job(model),
        _rollback_job(model),
    ]
    if specification.training:
        jobs.append(
            dg.define_asset_job(
                train_job_name(model),
                selection=dg.AssetSelection.assets([model, "training"])
                | dg.AssetSelection.key_prefixes([model, "data"]),
                executor_def=LIGHT_EXECUTOR,
                description=f"Train {model} and register the outcome as its next version. Start "
                "here: it needs no configuration, and the sensors do the rest.",
            )
        )
    if specification.ab_test:
        jobs.append(
            dg.define_asset_job(
                look_job_name(model),
                selection=dg.AssetSelection.assets([model, "ab_test"]),
                executor_def=LIGHT_EXECUTOR,
                description=f"Look at one experiment of {model}, its partition, and do what "
                "follows. The schedule starts it; same as `frontier experiments look ID`.",
            )
        )
    return jobs


def _promote_job(model: str) -> dg.JobDefinition:
    @dg.op(name=promote_op_name(model), pool=STAGES_POOL)
    def promote(
        context: dg.OpExecutionContext, config: PromoteConfig, workspace: WorkspaceResource
    ) -> None:
        number = str(VersionNumber.parse(config.version))
        expected = None if config.expected == NOBODY else config.expected or UNSET
        with translated(), workspace.opened() as opened:
            move = opened.stages.promote(
                Ref(model, Selector.NUMBER, number),
                to=config.to,
                reason=config.reason,
                expected=expected,
                automatic=config.automatic,
                run_id=context.run_id,
            )
            _report(context, opened, model, move)
            report_approvals(context.instance, opened, model)

    @dg.job(
        name=promote_job_name(model),
        executor_def=LIGHT_EXECUTOR,
        description=f"Move a version of {model} to the next stage, if the evidence allows it; a "
        "failed run names what is missing. Configure `version`, `to` and `reason`; same as "
        f"`frontier promote {model}@VERSION --to STAGE --reason ...`.",
    )
    def promote_job() -> None:
        promote()

    return promote_job


def _report(
    context: dg.OpExecutionContext, workspace: Workspace, model: str, move: StageMove
) -> None:
    version = workspace.versions.get(Ref(model, Selector.NUMBER, move.version))
    report_stage(context, version, move, workspace.audit.entry(model, move.sequence))


def _rollback_job(model: str) -> dg.JobDefinition:
    @dg.op(name=f"{model}__rollback_version", pool=STAGES_POOL)
    def rollback(
        context: dg.OpExecutionContext, config: RollbackConfig, workspace: WorkspaceResource
    ) -> None:
        with translated(), workspace.opened() as opened:
            move = opened.stages.rollback(
                model,
                reason=config.reason,
                to=config.to or None,
                expected=config.expected or UNSET,
                run_id=context.run_id,
            )
            _report(context, opened, model, move)

    @dg.job(
        name=f"{model}__rollback",
        executor_def=LIGHT_EXECUTOR,
        description=f"Return production of {model} to its previous version, which is loaded as it "
        "was; nothing is rebuilt. Configure `reason`; same as "
        f"`frontier rollback {model} --reason ...`.",
    )
    def rollback_job() -> None:
        rollback()

    return rollback_job
