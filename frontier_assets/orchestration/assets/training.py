"""``m/training``: one materialisation per run; saves checkpoints and registers a version."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from frontier_assets.checkpoints.training import run_name, train
from frontier_assets.orchestration.assets.checkpoint import report_checkpoint
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
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
        description=f"Training by `{training.entrypoint}`; every saved state is a checkpoint.",
        kinds={specification.framework},
        owners=specification.owners,
        tags=specification.tags,
    )
    def training_run(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[None]:
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run.run_id)
            run = train(
                specification,
                name=run_name(context.run.run_id),
                checkpoints=opened.checkpoints,
                on_checkpoint=lambda checkpoint: report_checkpoint(context, checkpoint),
                on_metrics=lambda metrics: context.log.info(
                    "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
                ),
                run_id=context.run.run_id,
            )
            saved = opened.checkpoints.list(model, run=run.name)
            version = _register(opened, training, model, run.name, context)
        return dg.MaterializeResult(metadata=_metadata(saved, version, run.data_digest))

    return training_run


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


def _metadata(
    saved: Sequence[Checkpoint], version: Version | None, data_digest: str
) -> dict[str, dg.MetadataValue[Any]]:
    columns = sorted({name for checkpoint in saved for name in checkpoint.metrics})
    table = dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "step": checkpoint.step,
                    **{name: checkpoint.metrics.get(name) for name in columns},
                    "stored_bytes": checkpoint.stored_bytes,
                }
            )
            for checkpoint in saved
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("step", "int"),
                *(dg.TableColumn(name, "float") for name in columns),
                dg.TableColumn("stored_bytes", "int"),
            ]
        ),
    )
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "checkpoints": dg.MetadataValue.int(len(saved)),
        "training_data_digest": dg.MetadataValue.text(data_digest),
        "learning_curve": table,
    }
    if version is not None:
        metadata |= {
            "registered": dg.MetadataValue.text(version.ref),
            "registered_from": dg.MetadataValue.text(version.checkpoint or ""),
            "version_id": dg.MetadataValue.int(version.id),
            "digest": dg.MetadataValue.text(version.digest),
            "size_bytes": dg.MetadataValue.int(version.size_bytes),
            "stored_bytes": dg.MetadataValue.int(sum(c.stored_bytes for c in saved)),
            **{name: dg.MetadataValue.float(value) for name, value in version.metrics.items()},
        }
    return metadata
