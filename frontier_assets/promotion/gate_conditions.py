"""What the gates of a policy say about moving a version, on the evidence of its evaluations."""

from frontier_assets.promotion.pairing import difference_from
from frontier_assets.registry.evidence import Condition, Evidence
from frontier_assets.specification import Gate
from frontier_assets.stats.comparison import COMPARISONS, no_worse
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.metrics import metric
from frontier_assets.stats.paired import proved_no_worse
from frontier_assets.types import Outcome, Severity, Verdict, Version


def gate_conditions(evidence: Evidence) -> tuple[Condition, ...]:
    """Return the conditions that the critical gates of the current policy set.

    Without a recorded policy there is one condition, which is not met.
    """
    return (*quality_conditions(evidence), *performance_conditions(evidence))


def performance_conditions(evidence: Evidence) -> tuple[Condition, ...]:
    """Return those of the gates on conversion targets, which are judged after converting."""
    gates = evidence.policy.gates if evidence.policy else []
    critical = [gate for gate in gates if gate.target and gate.severity is Severity.CRITICAL]
    return tuple(_gate(evidence, gate) for gate in critical)


def quality_conditions(evidence: Evidence) -> tuple[Condition, ...]:
    """Return those of the gates on data sets, without which nothing is converted."""
    if evidence.policy is None:
        model = evidence.version.model
        detail = f"no policy of {model} is recorded"
        return (Condition("policy", "unmet", detail, build_command(evidence)),)
    recorded = Condition("policy", "met", f"policy {evidence.policy.digest.short} is recorded")
    gates = [gate for gate in evidence.policy.gates if gate.dataset]
    critical = [gate for gate in gates if gate.severity is Severity.CRITICAL]
    return (recorded, *(_gate(evidence, gate) for gate in critical))


def _gate(evidence: Evidence, gate: Gate) -> Condition:
    name = f"gate {gate.place}/{gate.name}"
    verdict = evidence.verdicts.get((gate.place, gate.name))
    if verdict is None:
        return Condition(name, "waiting", f"{name} was not judged yet", build_command(evidence))
    if verdict.gate_digest != gate.digest:
        detail = f"{name} was judged under an older definition, evaluate again"
        return Condition(name, "waiting", detail, build_command(evidence))
    if gate.versus and evidence.holder and evidence.holder.number != evidence.version.number:
        return _versus_holder(evidence, evidence.holder, gate, name, verdict)
    return _judged(evidence, name, verdict.outcome, _observed(verdict))


def _judged(evidence: Evidence, name: str, outcome: Outcome, observed: str) -> Condition:
    if outcome is Outcome.PASSED:
        return Condition(name, "met", f"{name} passed: {observed}")
    happened = "failed" if outcome is Outcome.FAILED else "could not run"
    remedy = f"train a better version, or change the gate; frontier show {evidence.version.ref}"
    return Condition(name, "unmet", f"{name} {happened}: {observed}", remedy)


def _versus_holder(
    evidence: Evidence, holder: Version, gate: Gate, name: str, verdict: Verdict
) -> Condition:
    """Judge a gate against today's holder, who may not be the one at the evaluation.

    Both have to come from the same data; otherwise the verdict stands, unless it was given when
    nobody was in production. Evaluations of older releases, which kept no examples, are held
    against each other by their figures.
    """
    own, held = evidence.evaluations[gate.dataset], evidence.baselines.get(gate.dataset)
    difference = difference_from(holder, own, held, gate.metric)
    if difference is not None:
        return _paired(evidence, gate, name, difference)
    details = own.details or {}
    if "row_values" in details:
        if (details.get("versus") or {}).get("digest") == holder.digest:
            return _judged(evidence, name, verdict.outcome, _observed(verdict))
        detail = f"{name} was not judged against {holder.number}, which is in production now"
        return Condition(name, "waiting", detail, build_command(evidence))
    if held is None or held.dataset_digest != own.dataset_digest or gate.metric not in held.metrics:
        if verdict.threshold is None:
            detail = f"{name} was judged without a baseline and {holder.number} is in production"
            return Condition(name, "waiting", detail, build_command(evidence))
        return _judged(evidence, name, verdict.outcome, _observed(verdict))
    observed, baseline = own.metrics[gate.metric], held.metrics[gate.metric]
    direction = metric(gate.metric).direction
    passed = no_worse(observed, baseline, direction=direction, tolerance=gate.tolerance)
    return _judged(
        evidence,
        name,
        Outcome.PASSED if passed else Outcome.FAILED,
        f"observed {observed:g} versus {baseline:g} of {holder.number} on {gate.dataset}",
    )


def _paired(evidence: Evidence, gate: Gate, name: str, difference: Interval) -> Condition:
    passed = proved_no_worse(
        difference, direction=metric(gate.metric).direction, tolerance=gate.tolerance
    )
    holder = evidence.holder.number if evidence.holder else ""
    return _judged(
        evidence,
        name,
        Outcome.PASSED if passed else Outcome.FAILED,
        f"{difference.shown} from {holder} on {gate.dataset}, tolerance {gate.tolerance:g}",
    )


def _observed(verdict: Verdict) -> str:
    if verdict.observed is None or verdict.threshold is None:
        return verdict.detail
    if verdict.comparison not in COMPARISONS:
        return f"observed {verdict.observed:g}, {verdict.comparison} {verdict.threshold:g}"
    wanted = f"{verdict.comparison} {verdict.threshold:g}"
    return f"observed {verdict.observed:g}, wanted {wanted} on {verdict.dataset}"


def build_command(evidence: Evidence) -> str:
    """Return the command that evaluates, converts and proves the version."""
    return f"frontier build {evidence.version.ref}"
