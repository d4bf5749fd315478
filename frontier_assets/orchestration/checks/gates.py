"""Quality gates as asset checks, one per gate, decided in the evaluating step.

Deciding them in the same step keeps metrics and verdicts in one registry transaction: there is no
moment at which a new evaluation stands beside old verdicts.
"""

from typing import Any

import dagster as dg

from frontier_assets.orchestration.checks.partitioned import build_check_spec
from frontier_assets.orchestration.pages.descriptions import describe_gate
from frontier_assets.orchestration.partitions import versions_partitions
from frontier_assets.specification import PERFORMANCE_METRICS, ModelSpecification
from frontier_assets.stats.comparison import COMPARISONS
from frontier_assets.types import Outcome, Severity, Verdict


def build_gate_specs(
    specification: ModelSpecification, place: str, asset: dg.AssetKey
) -> list[dg.AssetCheckSpec]:
    """Return a check per gate on ``place``; critical ones block what follows in the run."""
    return [
        build_check_spec(
            gate.name,
            asset,
            partitions=versions_partitions(specification.name),
            description=describe_gate(gate),
            blocking=gate.severity is Severity.CRITICAL,
            metadata={"severity": gate.severity.value, "gate_digest": gate.digest},
        )
        for gate in specification.gates_on(place)
    ]


def gate_result(verdict: Verdict, asset: dg.AssetKey) -> dg.AssetCheckResult:
    """Return a verdict as Dagster shows it."""
    critical = verdict.severity is Severity.CRITICAL
    metadata: dict[str, dg.MetadataValue[Any]] = {"gate": dg.MetadataValue.text(verdict.gate)}
    if verdict.observed is not None:
        metadata["observed"] = dg.MetadataValue.float(verdict.observed)
    if verdict.threshold is not None:
        metadata["threshold"] = dg.MetadataValue.float(verdict.threshold)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=verdict.gate,
        passed=verdict.outcome is Outcome.PASSED,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        description=_said(verdict),
        metadata=metadata,
    )


def _said(verdict: Verdict) -> str:
    """Return what happened in words; the registry's detail is a formula."""
    if verdict.observed is None or verdict.threshold is None:
        return verdict.detail
    outcome = verdict.outcome.value.capitalize().replace("_", " ")
    if verdict.comparison not in COMPARISONS:
        return f"{outcome}: {verdict.detail}."
    word = "of" if verdict.metric in PERFORMANCE_METRICS else "on"
    measured = f"{verdict.metric} {word} {verdict.dataset} is {verdict.observed:.6g}"
    return f"{outcome}: {measured}, wanted {verdict.comparison} {verdict.threshold:g}."
