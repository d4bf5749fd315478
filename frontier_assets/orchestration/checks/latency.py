"""A converted artifact's speed beside the original's, and the gates on its target, as checks."""

from collections.abc import Iterator

import dagster as dg

from frontier_assets.orchestration.checks.gates import build_gate_specs, gate_result
from frontier_assets.orchestration.checks.partitioned import build_check_spec
from frontier_assets.orchestration.pages.descriptions import describe_latency
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.predictors.performance import Performance
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.specification import ModelSpecification

LATENCY = "latency"


def build_performance_specs(
    specification: ModelSpecification, target: str, asset: dg.AssetKey
) -> list[dg.AssetCheckSpec]:
    """Return the check of the speed, which stops nothing, and one per gate on the target."""
    latency = build_check_spec(
        LATENCY,
        asset,
        partitions=versions_partitions(specification.name),
        description=describe_latency(),
        blocking=False,
    )
    return [latency, *build_gate_specs(specification, target, asset)]


def performance_results(record: ArtifactRecord, asset: dg.AssetKey) -> list[dg.AssetCheckResult]:
    """Return what was measured of a proved artifact as Dagster shows it."""
    performance = Performance.of(record.performance or {})
    slower = [item for item in performance.speedups if item.upper < 1]
    latency = dg.AssetCheckResult(
        asset_key=asset,
        check_name=LATENCY,
        passed=not slower and not performance.problems,
        severity=dg.AssetCheckSeverity.WARN,
        description=". ".join([*_sentences(performance), *performance.problems]),
        metadata={"runs_in": performance.where, **performance.metrics},
    )
    return [latency, *(gate_result(verdict, asset) for verdict in record.verdicts)]


def unmeasured_results(
    specification: ModelSpecification, target: str, asset: dg.AssetKey, reason: str
) -> list[dg.AssetCheckResult]:
    """Return that nothing was measured, which nothing passes; what follows is stopped by others."""
    names = [LATENCY, *(gate.name for gate in specification.gates_on(target))]
    return [
        dg.AssetCheckResult(
            asset_key=asset,
            check_name=name,
            passed=False,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"not measured: {reason}",
            metadata={"outcome": "not_run"},
        )
        for name in names
    ]


def _sentences(performance: Performance) -> Iterator[str]:
    for timing, gained in zip(performance.own, performance.speedups, strict=True):
        examples = "1 example" if timing.rows == 1 else f"{timing.rows} examples"
        yield (
            f"With {examples} {gained.estimate:.2f} times as fast as the original "
            f"({gained.lower:.2f} to {gained.upper:.2f}), {timing.p50_ms:.3g} ms"
        )
