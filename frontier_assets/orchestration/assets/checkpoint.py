"""``m/checkpoint``: reported by the training step, one partition per saved state."""

import dagster as dg

from frontier_assets.orchestration.pages.descriptions import describe_checkpoint
from frontier_assets.orchestration.partitions import checkpoints_partitions, lineage_only
from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Checkpoint


def checkpoint_key(model: str) -> dg.AssetKey:
    """Return the asset key of the model's checkpoints."""
    return dg.AssetKey([model, "checkpoint"])


def build_checkpoint_spec(specification: ModelSpecification) -> dg.AssetSpec:
    """Describe the checkpoints; nothing executes this asset."""
    model = specification.name
    return dg.AssetSpec(
        checkpoint_key(model),
        deps=[lineage_only(dg.AssetKey([model, "training"]))] if specification.training else [],
        description=describe_checkpoint(specification),
        group_name=model,
        kinds=kinds_of(specification.framework),
        owners=specification.owners,
        tags=specification.tags,
        partitions_def=checkpoints_partitions(model),
    )


def report_checkpoint(
    context: dg.AssetExecutionContext | dg.OpExecutionContext, checkpoint: Checkpoint
) -> None:
    """Make the checkpoint visible in Dagster at once, tied to the run and step that saved it."""
    model = checkpoint.model
    name = checkpoints_partitions(model).name
    if name is not None:
        context.instance.add_dynamic_partitions(name, [checkpoint.key])
    context.log_event(
        dg.AssetMaterialization(
            asset_key=checkpoint_key(model),
            partition=checkpoint.key,
            tags={"dagster/data_version": checkpoint.digest},
            metadata={
                "digest": checkpoint.digest,
                "size_bytes": checkpoint.size_bytes,
                "stored_bytes": checkpoint.stored_bytes,
                "checkpoint_id": checkpoint.id,
                "step": checkpoint.step,
                **checkpoint.metrics,
            },
        )
    )
