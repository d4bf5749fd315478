"""``m/version``: a registered version, verified byte for byte; the first step of a build."""

import json
from typing import Any

import dagster as dg

from frontier_assets.orchestration.assets.checkpoint import checkpoint_key
from frontier_assets.orchestration.build import join_build
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.partitions import lineage_only, versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import (
    BUILD_TAG,
    SPECIFICATION_METADATA,
    ModelSpecification,
)
from frontier_assets.types import Artifact, Version


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
        description="A registered version: its weights, read back and verified.",
        kinds={specification.framework},
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
            opened.stores[registered.store].verify(registered.digest)
            artifact = opened.artifact(registered)
        return dg.MaterializeResult(
            value=artifact,
            data_version=dg.DataVersion(registered.digest),
            metadata=_metadata(registered),
        )

    return version


def _metadata(version: Version) -> dict[str, Any]:
    return {
        "version_id": version.id,
        "sequence": version.sequence,
        "parent": version.parent or "none",
        "change": f"{version.change.value}: {version.change_reason}",
        "checkpoint": version.checkpoint or "none",
        "created_by": version.created_by,
        "created_at": dg.MetadataValue.timestamp(version.created_at),
        "parameters": dg.MetadataValue.json(dict(version.parameters)),
        "data_digests": dg.MetadataValue.json(dict(version.data_digests)),
        "environment": dg.MetadataValue.json(dict(version.environment)),
        **{f"training_{name}": value for name, value in version.metrics.items()},
    }
