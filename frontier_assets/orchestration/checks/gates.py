"""Quality gates as asset checks, one per gate, decided in the evaluating step.

Deciding them in the same step keeps metrics and verdicts in one registry transaction: there is no
moment at which a new evaluation stands beside old verdicts.
"""

from typing import Any

import dagster as dg

from frontier_assets.orchestration.checks.partitioned import build_check_spec
from frontier_assets.specification import Gate, ModelSpecification
from frontier_assets.types import Outcome, Severity, Verdict


def build_gate_specs(
    specification: ModelSpecification, dataset: str, asset: dg.AssetKey
) -> list[dg.AssetCheckSpec]:
    """Return a check per gate on ``dataset``; critical ones block what follows in the run."""
    return [
        build_check_spec(
            gate.name,
            asset,
            model=specification.name,
            description=describe(gate),
            blocking=gate.severity is Severity.CRITICAL,
            metadata={"severity": gate.severity.value, "gate_digest": gate.digest},
        )
        for gate in specification.gates_on(dataset)
    ]


def describe(gate: Gate) -> str:
    """Return the gate as a sentence."""
    if gate.versus:
        rule = f"{gate.metric} is at most {gate.tolerance:g} worse than in {gate.versus}"
    else:
        rule = f"{gate.metric} {gate.comparison} {gate.threshold:g}"
    effect = "stops the version" if gate.severity is Severity.CRITICAL else "warns only"
    why = f" {gate.description}" if gate.description else ""
    return f"On {gate.dataset}: {rule}; a failure {effect}.{why}"


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
        description=verdict.detail,
        metadata=metadata,
    )
