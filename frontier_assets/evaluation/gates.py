"""What each gate decides about the metrics of one evaluation."""

from collections.abc import Mapping, Sequence
from math import isfinite

from frontier_assets.specification import Gate
from frontier_assets.stats.comparison import compare, no_worse
from frontier_assets.stats.metrics import metric
from frontier_assets.types import Outcome, Verdict


def judge(
    gates: Sequence[Gate],
    metrics: Mapping[str, float],
    baseline: Mapping[str, float] | None = None,
) -> list[Verdict]:
    """Return one verdict per gate, all of them about the data set that ``metrics`` are from.

    ``baseline`` has the metrics of the version in production on the same data set; without one,
    gates against production pass. A metric that is missing or not finite fails its gate.
    """
    return [_judge(gate, metrics.get(gate.metric), baseline) for gate in gates]


def _judge(gate: Gate, observed: float | None, baseline: Mapping[str, float] | None) -> Verdict:
    if observed is None:
        return _verdict(gate, None, passed=False, detail=f"{gate.metric} was not measured")
    if not isfinite(observed):
        return _verdict(gate, None, passed=False, detail=f"{gate.metric} is {observed}")
    if gate.threshold is not None:
        return _verdict(
            gate,
            observed,
            passed=compare(observed, gate.comparison, gate.threshold),
            threshold=gate.threshold,
            detail=f"{observed:.6g} {gate.comparison} {gate.threshold:g}",
        )
    return _versus_production(gate, observed, baseline)


def _versus_production(
    gate: Gate, observed: float, baseline: Mapping[str, float] | None
) -> Verdict:
    if baseline is None:
        return _verdict(
            gate, observed, passed=True, detail="no baseline: no version is in production"
        )
    direction = metric(gate.metric).direction
    held = baseline.get(gate.metric)
    if held is None or not isfinite(held):
        return _verdict(
            gate,
            observed,
            passed=False,
            detail=f"{gate.metric} of the version in production is {held}; evaluate it again",
        )
    return _verdict(
        gate,
        observed,
        passed=no_worse(observed, held, direction=direction, tolerance=gate.tolerance),
        threshold=held,
        detail=f"{observed:.6g} versus {held:.6g} in production, "
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
        dataset=gate.dataset,
        metric=gate.metric,
        comparison=f"versus {gate.versus}" if gate.versus else gate.comparison,
        threshold=threshold,
        observed=observed,
        detail=f"{gate.metric} on {gate.dataset}: {detail}",
    )
