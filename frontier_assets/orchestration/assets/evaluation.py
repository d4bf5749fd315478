"""``m/evaluation/<dataset>``: a version measured on one data set, its gates decided with it."""

import dagster as dg

from frontier_assets.orchestration.assets.version import version_key
from frontier_assets.orchestration.build import partition_version
from frontier_assets.orchestration.checks.gates import build_gate_specs, gate_result
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.descriptions import describe_evaluation
from frontier_assets.orchestration.pages.evaluation import evaluation_metadata
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import BUILD_TAG, ModelSpecification
from frontier_assets.types import Artifact


def evaluation_key(model: str, dataset: str) -> dg.AssetKey:
    """Return the asset key of the model's evaluations on ``dataset``."""
    return dg.AssetKey([model, "evaluation", dataset])


def build_evaluation_asset(specification: ModelSpecification, dataset: str) -> dg.AssetsDefinition:
    """Build the asset that evaluates a version on ``dataset``."""
    model = specification.name
    key = evaluation_key(model, dataset)

    @dg.asset(
        key=key,
        ins={"version": dg.AssetIn(version_key(model))},
        deps=[dg.AssetKey([model, "data", dataset])],
        partitions_def=versions_partitions(model),
        check_specs=build_gate_specs(specification, dataset, key),
        group_name=model,
        description=describe_evaluation(specification, dataset),
        kinds={"python", "numpy"},
        owners=specification.owners,
        tags={**specification.tags, BUILD_TAG: model},
    )
    def evaluation(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource, version: Artifact
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads no parameter here
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run.run_id)
            registered = partition_version(context, opened, model)
            judged = opened.evaluate(registered.ref, dataset, run_id=context.run.run_id)
            page = evaluation_metadata(
                judged.evaluation,
                opened.registry.stages.evidence(model, registered.number),
                over_versions=opened.registry.evaluations.over_versions(model, dataset),
                metrics=specification.evaluation.metrics,
            )
        return dg.MaterializeResult(
            metadata={
                **page,
                "version_id": str(registered.id),
                "size_bytes": version.size_bytes,
            },
            check_results=[gate_result(verdict, key) for verdict in judged.verdicts],
        )

    return evaluation
