"""``m/model_card``: what a reviewer reads; being the last step, it completes the build."""

import dagster as dg

from frontier_assets.orchestration.assets.comparison import comparison_key
from frontier_assets.orchestration.assets.evaluation import evaluation_key
from frontier_assets.orchestration.assets.version import version_key
from frontier_assets.orchestration.build import join_build
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.attachments import attachments_metadata
from frontier_assets.orchestration.pages.descriptions import describe_model_card
from frontier_assets.orchestration.pages.stages import decision_metadata
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import BUILD_TAG, ModelSpecification


def model_card_key(model: str) -> dg.AssetKey:
    """Return the asset key of the model's cards."""
    return dg.AssetKey([model, "model_card"])


def build_model_card_asset(specification: ModelSpecification) -> dg.AssetsDefinition:
    """Build the asset that writes the card and completes the version's build."""
    model = specification.name

    @dg.asset(
        key=model_card_key(model),
        deps=[
            *(evaluation_key(model, name) for name in specification.evaluation.datasets),
            *(dg.AssetKey([model, item.target]) for item in specification.conversions),
            comparison_key(model),
        ],
        partitions_def=versions_partitions(model),
        group_name=model,
        description=describe_model_card(specification),
        kinds={"markdown"},
        owners=specification.owners,
        tags={**specification.tags, BUILD_TAG: model},
    )
    def model_card(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[None]:
        with translated(), workspace.opened() as opened:
            version = join_build(context, opened, specification)
            opened.complete_build(version, run_id=context.run.run_id)
            card = opened.model_card(version.ref)
            page = decision_metadata(opened.registry.stages.evidence(model, version.number))
            attached = attachments_metadata(
                opened.versions.attachments(version.ref),
                lambda item: opened.versions.attachment(version.ref, item.name).read(item.name),
            )
        return dg.MaterializeResult(
            data_version=dg.DataVersion(version.digest),
            metadata={
                **page,
                **attached,
                "card": dg.MetadataValue.md(card),
                "version": dg.MetadataValue.asset(version_key(model)),
                "version_id": str(version.id),
                "digest": version.digest,
            },
        )

    return model_card
