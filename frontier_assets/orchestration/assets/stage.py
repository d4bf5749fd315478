"""``m/staging`` and ``m/production``: reported by the stage jobs, executed by nothing.

"Materialise all" must never promote, so these are external assets.
"""

import dagster as dg

from frontier_assets.orchestration.assets.model_card import model_card_key
from frontier_assets.orchestration.pages.descriptions import describe_stage
from frontier_assets.orchestration.pages.stages import stage_metadata
from frontier_assets.orchestration.partitions import lineage_only
from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.promotion.moves import move_facts
from frontier_assets.registry.audit import AuditEntry
from frontier_assets.registry.moves import StageMove
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Stage, Version


def stage_key(model: str, stage: Stage) -> dg.AssetKey:
    """Return the asset key of a model's stage."""
    return dg.AssetKey([model, stage.value])


def build_stage_specs(specification: ModelSpecification) -> list[dg.AssetSpec]:
    """Describe staging, after the model card, and production, after staging."""
    model = specification.name
    staging, production = stage_key(model, Stage.STAGING), stage_key(model, Stage.PRODUCTION)
    return [
        dg.AssetSpec(
            key,
            deps=[dep],
            description=describe_stage(specification, stage),
            group_name=model,
            kinds=kinds_of(specification.framework),
            owners=specification.owners,
            tags=specification.tags,
        )
        for stage, key, dep in (
            (Stage.STAGING, staging, lineage_only(model_card_key(model))),
            (Stage.PRODUCTION, production, dg.AssetDep(staging)),
        )
    ]


def report_stage(
    context: dg.OpExecutionContext, version: Version, move: StageMove, entry: AuditEntry
) -> None:
    """Show in Dagster who now holds the stage; saying it twice does no harm.

    ``entry`` is that of the move in the audit trail.
    """
    context.log_event(
        dg.AssetMaterialization(
            asset_key=stage_key(version.model, move.target),
            description=f"{version.ref}: {move.reason}",
            tags={"dagster/data_version": version.digest},
            metadata={**stage_metadata(version, move), **move_facts(version, move, entry)},
        )
    )
