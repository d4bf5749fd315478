"""``m/comparison``: a version beside the one in production, measured on the same data."""

import dagster as dg

from frontier_assets.orchestration.assets.evaluation import evaluation_key
from frontier_assets.orchestration.build import partition_version
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.comparison import comparison_metadata
from frontier_assets.orchestration.pages.descriptions import describe_comparison
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import BUILD_TAG, ModelSpecification
from frontier_assets.types import Stage


def comparison_key(model: str) -> dg.AssetKey:
    """Return the asset key of the model's comparisons."""
    return dg.AssetKey([model, "comparison"])


def build_comparison_asset(specification: ModelSpecification) -> dg.AssetsDefinition:
    """Build the asset that holds a version against the one in production then."""
    model = specification.name

    @dg.asset(
        key=comparison_key(model),
        deps=[
            *(evaluation_key(model, name) for name in specification.evaluation.datasets),
            *(dg.AssetKey([model, item.target]) for item in specification.conversions),
        ],
        partitions_def=versions_partitions(model),
        group_name=model,
        description=describe_comparison(specification),
        kinds={"python", "numpy"},
        owners=specification.owners,
        tags={**specification.tags, BUILD_TAG: model},
    )
    def comparison(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[None]:
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run.run_id)
            version = partition_version(context, opened, model)
            holder = opened.stages.holder(model, Stage.PRODUCTION)
            duel = opened.compare_with_production(version.ref)
        return dg.MaterializeResult(
            metadata={
                **comparison_metadata(version, holder, duel),
                "version_id": str(version.id),
            },
        )

    return comparison
