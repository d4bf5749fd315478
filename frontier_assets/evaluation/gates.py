"""What each gate decides about the metrics of one evaluation."""

from collections.abc import Sequence
from math import isfinite

from frontier_assets.evaluation.evaluate import EvaluationResult
from frontier_assets.specification import Gate
from frontier_assets.stats.comparison import compare
from frontier_assets.stats.metrics import metric
from frontier_assets.stats.paired import paired_difference, proved_no_worse
from frontier_assets.types import Outcome, Verdict


def judge(
    gates: Sequence[Gate], result: EvaluationResult, held: EvaluationResult | None = None
) -> list[Verdict]:
    """Return one verdict per gate, all of them about the data set that ``result`` is from.

    ``held`` is the result of the version in production on the same data set; without one, gates
    against production pass. A metric that is missing or not finite fails its gate.
    """
    return [_judge(gate, result, held) for gate in gates]


def _judge(gate: Gate, result: EvaluationResult, held: EvaluationResult | None) -> Verdict:
    observed, interval = _observed(gate, result)
    if observed is None:
        return _verdict(gate, None, passed=False, detail=f"{gate.metric} was not measured")
    if not isfinite(observed):
        return _verdict(gate, None, passed=False, detail=f"{gate.metric} is {observed}")
    if gate.threshold is None:
        return _versus_production(gate, observed, result, held)
    return _verdict(
        gate,
        observed,
        passed=compare(observed, gate.comparison, gate.threshold),
        threshold=gate.threshold,
        detail=f"{observed:.6g} {gate.comparison} {gate.threshold:g}{interval}",
    )


def _observed(gate: Gate, result: EvaluationResult) -> tuple[float | None, str]:
    """Return what the gate is about, with the words for its interval and a slice's examples."""
    if gate.slice is None:
        bounds = result.details.get("intervals", {}).get(gate.metric)
        return result.metrics.get(gate.metric), _bounds(bounds)
    part = result.details.get("slices", {}).get(gate.slice)
    if part is None:
        return None, ""
    bounds = _bounds(part["intervals"].get(gate.metric))
    return part["metrics"].get(gate.metric), f"{bounds}, {part['rows']} examples"


def _bounds(bounds: Sequence[float] | None) -> str:
    return f" (95 % from {bounds[0]:.4g} to {bounds[1]:.4g})" if bounds else ""


def _versus_production(
    gate: Gate, observed: float, result: EvaluationResult, held: EvaluationResult | None
) -> Verdict:
    if held is None:
        return _verdict(
            gate, observed, passed=True, detail="no baseline: no version is in production"
        )
    baseline = held.metrics.get(gate.metric)
    difference = paired_difference(result.details, held.details, gate.metric)
    if baseline is None or difference is None:
        return _verdict(
            gate,
            observed,
            passed=False,
            threshold=baseline,
            detail=f"{observed:.6g} cannot be paired with the version in production: two examples "
            "that both were measured on are needed",
        )
    direction = metric(gate.metric).direction
    return _verdict(
        gate,
        observed,
        passed=proved_no_worse(difference, direction=direction, tolerance=gate.tolerance),
        threshold=baseline,
        detail=f"{observed:.6g} versus {baseline:.6g} in production, {difference.shown}; "
        f"tolerance {gate.tolerance:g}, {direction} is better",
    )


def _verdict(
    gate: Gate,
    observed: float | None,
    *,
    passed: bool,
    detail: str,
    threshold: float | None = None,
) -> Verdict:
    return Verdict(
        gate=gate.name,
        gate_digest=gate.digest,
        severity=gate.severity,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        dataset=gate.place,
        metric=gate.metric,
        comparison=f"versus {gate.versus}" if gate.versus else gate.comparison,
        threshold=threshold,
        observed=observed,
        detail=f"{gate.subject}: {detail}",
    )
