"""``m/training``: one materialisation per run; saves checkpoints and registers a version."""

from collections.abc import Mapping

import dagster as dg

from frontier_assets.checkpoints.training import run_name, train
from frontier_assets.orchestration.assets.checkpoint import report_checkpoint
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.descriptions import describe_training
from frontier_assets.orchestration.pages.training import LoggedMetrics, training_metadata
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.specification import ModelSpecification, Training
from frontier_assets.types import Checkpoint, Version
from frontier_assets.workspace import Workspace


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
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[None]:
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run.run_id)
            name = run_name(context.run.run_id)
            logged = LoggedMetrics()
            with opened.training_runs.recorded(model, name, run_id=context.run.run_id) as recording:
                run = train(
                    specification,
                    name=name,
                    checkpoints=opened.checkpoints,
                    on_checkpoint=lambda checkpoint: _saved(context, checkpoint, logged),
                    on_metrics=lambda metrics: _logged(context, metrics, logged),
                    run_id=context.run.run_id,
                )
                saved = opened.checkpoints.list(model, run=run.name)
                version = recording.version = _register(opened, training, model, run.name, context)
        return dg.MaterializeResult(
            metadata=training_metadata(
                saved,
                version,
                model=model,
                dataset=training.dataset,
                data_digest=run.data_digest,
                logged=logged,
            )
        )

    return training_run


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
    context: dg.AssetExecutionContext,
) -> Version | None:
    if training.register_ == "never":
        return None
    choose = (
        workspace.checkpoints.best_of_run
        if training.register_ == "best"
        else workspace.checkpoints.latest_of_run
    )
    version = workspace.versions.register(
        model, checkpoint=choose(model, run_name).key, run_id=context.run.run_id
    )
    partitions = versions_partitions(model).name
    if partitions is not None:
        context.instance.add_dynamic_partitions(partitions, [version.number])
    return version
