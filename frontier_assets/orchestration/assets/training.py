"""``m/training``: one materialisation per run; saves checkpoints and registers a version."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from frontier_assets.checkpoints.training import run_name, train
from frontier_assets.orchestration.assets.checkpoint import report_checkpoint
from frontier_assets.orchestration.attempts import attempts_of
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.descriptions import describe_training
from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.orchestration.pages.training import LoggedMetrics, training_metadata
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.orchestration.usage import Usage
from frontier_assets.specification import BRANCH_TAG, ModelSpecification, Training
from frontier_assets.types import MAIN, Checkpoint, Version
from frontier_assets.workspace import Workspace


class TrainingConfig(dg.Config):
    """How one run differs from the YAML."""

    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="Hyperparameters of this run alone, e.g. `{epochs: 20}`; the YAML's `limits` "
        "hold. The others are the YAML's.",
    )


def build_training_asset(
    specification: ModelSpecification, training: Training
) -> dg.AssetsDefinition:
    """Build the asset that runs the model's training function."""
    model = specification.name

    @dg.asset(
        key=[model, "training"],
        deps=[dg.AssetKey([model, "data", training.dataset])],
        group_name=model,
        description=describe_training(specification, training),
        kinds=kinds_of(specification.framework),
        owners=specification.owners,
        tags=specification.tags,
    )
    def training_run(
        context: dg.AssetExecutionContext, config: TrainingConfig, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[None]:
        with translated(), workspace.opened() as opened:
            tried = training.with_parameters(config.parameters)
            usage = Usage(opened.settings.prices)
            opened.record_policy(specification, run_id=context.run.run_id)
            page = _run(
                opened, specification.model_copy(update={"training": tried}), tried, context
            )
        return dg.MaterializeResult(metadata={**page, **usage.metadata()})

    return training_run


def _run(
    workspace: Workspace,
    specification: ModelSpecification,
    training: Training,
    context: dg.AssetExecutionContext,
) -> Metadata:
    """Train on record, register what came of it and return what its page shows."""
    model, run_id = specification.name, context.run.run_id
    branch = context.run.tags.get(BRANCH_TAG, MAIN)
    if branch != MAIN:
        workspace.branches.get(model, branch)  # refused now, and not after hours of training
    attempts = attempts_of(context.instance, context.run)
    name, logged = run_name(attempts[0]), LoggedMetrics()
    with workspace.training_runs.recorded(model, name, run_id=run_id) as recording:
        # What was registered before the process was lost is the outcome of the training.
        recording.version = workspace.versions.of_run(model, attempts)
        if recording.version is None:
            train(
                specification,
                name=name,
                checkpoints=workspace.checkpoints,
                on_checkpoint=lambda checkpoint: _saved(context, checkpoint, logged),
                on_metrics=lambda metrics: _logged(context, metrics, logged),
                run_id=run_id,
            )
            recording.version = _register(
                workspace, training, model, name, branch=branch, run_id=run_id
            )
        _add_partition(context, recording.version)
        saved = workspace.checkpoints.list(model, run=name)
    return training_metadata(
        saved,
        recording.version,
        model=model,
        dataset=training.dataset,
        data_digest=saved[-1].data_digests[training.dataset],
        logged=logged,
    )


def _saved(
    context: dg.AssetExecutionContext, checkpoint: Checkpoint, logged: LoggedMetrics
) -> None:
    logged.on_checkpoint(checkpoint)
    report_checkpoint(context, checkpoint)


def _logged(
    context: dg.AssetExecutionContext, metrics: Mapping[str, float], logged: LoggedMetrics
) -> None:
    logged.on_metrics(metrics)
    context.log.info("  ".join(f"{name} {value:.4g}" for name, value in metrics.items()))


def _register(
    workspace: Workspace,
    training: Training,
    model: str,
    run_name: str,
    *,
    branch: str,
    run_id: str,
) -> Version | None:
    if training.register_ == "never":
        return None
    choose = (
        workspace.checkpoints.best_of_run
        if training.register_ == "best"
        else workspace.checkpoints.latest_of_run
    )
    return workspace.versions.register(
        model,
        checkpoint=choose(model, run_name).key,
        branch=branch,
        run_id=run_id,
    )


def _add_partition(context: dg.AssetExecutionContext, version: Version | None) -> None:
    partitions = versions_partitions(version.model).name if version else None
    if version is not None and partitions is not None:
        context.instance.add_dynamic_partitions(partitions, [version.number])
