"""``m/version``: a registered version, verified byte for byte; the first step of a build."""

import json

import dagster as dg

from frontier_assets.orchestration.assets.checkpoint import checkpoint_key
from frontier_assets.orchestration.build import join_build
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.descriptions import describe_version
from frontier_assets.orchestration.pages.version import version_metadata
from frontier_assets.orchestration.partitions import lineage_only, versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.specification import (
    BUILD_TAG,
    SPECIFICATION_METADATA,
    ModelSpecification,
)
from frontier_assets.types import Artifact


def version_key(model: str) -> dg.AssetKey:
    """Return the asset key of the model's versions."""
    return dg.AssetKey([model, "version"])


def build_version_asset(specification: ModelSpecification) -> dg.AssetsDefinition:
    """Build the asset that hands a registered version to the steps that judge and convert it."""
    model = specification.name

    @dg.asset(
        key=version_key(model),
        deps=[lineage_only(checkpoint_key(model))],
        partitions_def=versions_partitions(model),
        group_name=model,
        description=describe_version(specification),
        kinds=kinds_of(specification.framework),
        owners=specification.owners,
        tags={**specification.tags, BUILD_TAG: model},
        io_manager_key=specification.storage,
        # The YAML as it was understood; `frontier` reads it from here.
        metadata={
            SPECIFICATION_METADATA: dg.MetadataValue.json(json.loads(specification.canonical()))
        },
    )
    def version(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult[Artifact]:
        with translated(), workspace.opened() as opened:
            registered = join_build(context, opened, specification)
            store = opened.stores[registered.store]
            store.verify(registered.digest)
            artifact = opened.artifact(registered)
        return dg.MaterializeResult(
            value=artifact,
            data_version=dg.DataVersion(registered.digest),
            metadata=version_metadata(
                registered,
                is_run=context.instance.has_run(registered.run_id or ""),
                outside_uris=store.open(registered.digest).outside_uris,
            ),
        )

    return version
