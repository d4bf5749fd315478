"""``m/<target>``: a version in another format, proved equal to the original in the same step."""

import dagster as dg

from frontier_assets.conversion.parity import Proof
from frontier_assets.conversion.targets import target_named
from frontier_assets.conversion.versions import ProvedArtifact
from frontier_assets.errors import EngineUnavailableError, MissingExtraError
from frontier_assets.orchestration.assets.evaluation import evaluation_key
from frontier_assets.orchestration.assets.version import version_key
from frontier_assets.orchestration.build import join_build
from frontier_assets.orchestration.checks.latency import (
    build_performance_specs,
    performance_results,
    unmeasured_results,
)
from frontier_assets.orchestration.checks.parity import build_parity_spec, parity_result
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.pages.conversion import conversion_metadata
from frontier_assets.orchestration.pages.descriptions import describe_conversion
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.orchestration.tags import GPU_OP_TAGS, GPU_POOL
from frontier_assets.orchestration.usage import Usage
from frontier_assets.specification import BUILD_TAG, Conversion, ModelSpecification
from frontier_assets.types import Artifact, Outcome

# One for all: a code location refuses two Dagster types of one name. None is a target left out.
_ARTIFACT = dg.DagsterType(lambda _, value: isinstance(value, Artifact | None), name="Artifact")


def build_conversion_asset(
    specification: ModelSpecification, conversion: Conversion
) -> dg.AssetsDefinition:
    """Build the asset that converts a version to one target.

    A failed gate stops it within a run; a run of its own asks the registry for the gates again.
    """
    model, target = specification.name, conversion.target
    key = dg.AssetKey([model, target])
    flavour = target_named(target).flavour

    @dg.asset(
        key=key,
        ins={"version": dg.AssetIn(version_key(model))},
        deps=_made_after(specification, target),
        partitions_def=versions_partitions(model),
        check_specs=[
            build_parity_spec(model, key),
            *build_performance_specs(specification, target, key),
        ],
        group_name=model,
        description=describe_conversion(specification, conversion),
        kinds={target, "tensorrt"} if flavour else {target},
        pool=GPU_POOL if flavour else None,
        op_tags=GPU_OP_TAGS if flavour else None,
        owners=specification.owners,
        tags={**specification.tags, BUILD_TAG: model},
        io_manager_key=specification.storage,
        dagster_type=_ARTIFACT,
    )
    def converted(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource, version: Artifact
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads no parameter here
        with translated(), workspace.opened() as opened:
            usage = Usage(opened.settings.prices, "gpu" if flavour else "cpu")
            registered = join_build(context, opened, specification)
            try:
                proved = opened.convert(registered.ref, target, run_id=context.run.run_id)
            except (MissingExtraError, EngineUnavailableError) as error:
                if conversion.required:
                    raise
                return _skipped(specification, target, key, error)
            artifact = opened.handle(proved.record)
            rate = opened.registry.failures.conversion_success_rate(model)
        page = conversion_metadata(registered, proved, success_rate=rate)
        return dg.MaterializeResult(
            value=artifact,
            data_version=dg.DataVersion(artifact.digest),
            metadata={**page, **usage.metadata(), "source_digest": version.digest},
            check_results=_check_results(specification, conversion, key, proved),
        )

    return converted


def _check_results(
    specification: ModelSpecification,
    conversion: Conversion,
    key: dg.AssetKey,
    proved: ProvedArtifact,
) -> list[dg.AssetCheckResult]:
    # Promotion does not wait for the proof of an optional target, so the build does not either.
    severity = dg.AssetCheckSeverity.ERROR if conversion.required else dg.AssetCheckSeverity.WARN
    measured = (
        performance_results(proved.record, key)
        if proved.record.performance is not None
        else unmeasured_results(specification, conversion.target, key, proved.proof.detail)
    )
    return [parity_result(proved.proof, key, severity=severity), *measured]


def _made_after(specification: ModelSpecification, target: str) -> list[dg.AssetKey]:
    """Return what judges the version, and the target that this one is made from, if there."""
    model, above = specification.name, target_named(target).parent
    parents = [item.target for item in specification.conversions if item.target == above]
    return [
        *(evaluation_key(model, name) for name in specification.evaluation.datasets),
        *(dg.AssetKey([model, name]) for name in parents),
    ]


def _skipped(
    specification: ModelSpecification,
    target: str,
    key: dg.AssetKey,
    error: MissingExtraError | EngineUnavailableError,
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads no parameter here
    """Return what says that nothing was made, so that the build goes on without it."""
    proof = Proof(Outcome.NOT_RUN, f"not made: {error}")
    return dg.MaterializeResult(
        value=None,
        metadata={"state": dg.MetadataValue.md(f"**Skipped**: {error}")},
        check_results=[
            parity_result(proof, key, severity=dg.AssetCheckSeverity.WARN),
            *unmeasured_results(specification, target, key, proof.detail),
        ],
    )
