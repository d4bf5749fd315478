"""``m/ab_test``: one partition for each experiment, materialised again at each look."""

import dagster as dg

from frontier_assets.orchestration.assets.stage import stage_key
from frontier_assets.orchestration.checks.experiments import (
    build_experiment_check_specs,
    experiment_check_results,
)
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.descriptions import describe_ab_test
from frontier_assets.orchestration.pages.experiments import experiment_metadata
from frontier_assets.orchestration.partitions import ab_tests_partitions, lineage_only
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.specification import ABTest, ModelSpecification
from frontier_assets.types import Stage


def ab_test_key(model: str) -> dg.AssetKey:
    """Return the asset key of the model's experiments."""
    return dg.AssetKey([model, "ab_test"])


def build_ab_test_asset(specification: ModelSpecification, section: ABTest) -> dg.AssetsDefinition:
    """Build the asset that looks at an experiment and records what follows."""
    model = specification.name
    key = ab_test_key(model)

    @dg.asset(
        key=key,
        deps=[lineage_only(stage_key(model, Stage.PRODUCTION))],
        partitions_def=ab_tests_partitions(model),
        check_specs=build_experiment_check_specs(model, section, key),
        group_name=model,
        description=describe_ab_test(specification),
        kinds={"python", "duckdb"},
        owners=specification.owners,
        tags=specification.tags,
    )
    def ab_test(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads no parameter here
        experiment = context.partition_key
        with translated(), workspace.opened() as opened:
            opened.record_policy(specification, run_id=context.run.run_id)
            seen = opened.experiments.analyze(experiment, run_id=context.run.run_id)
            looks = opened.experiments.looks(experiment)
            page = experiment_metadata(opened.experiments.get(experiment), seen, looks)
        return dg.MaterializeResult(
            metadata=page, check_results=experiment_check_results(section, seen, key)
        )

    return ab_test
