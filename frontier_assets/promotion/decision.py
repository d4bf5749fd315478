"""The one rule for moving a version forward: from evidence to conditions, pure and in one place."""

from collections.abc import Iterator

from frontier_assets.promotion.approval_conditions import approval_conditions
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.builds import BuildState
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.transitions import ALLOWED
from frontier_assets.specification import Conversion, Gate, ModelSpecification
from frontier_assets.stats.comparison import COMPARISONS, no_worse
from frontier_assets.stats.metrics import metric
from frontier_assets.types import MAIN, Outcome, Severity, Stage, Verdict, Version


def decide(evidence: Evidence, *, to: Stage, automatic: bool) -> Decision:
    """Return every condition for moving the version ``to`` a stage, each with its evidence.

    Staging and production ask for the same proof. An ``automatic`` move has to satisfy the YAML's
    `promotion` section as well and only goes forward. Leaving a stage backwards asks for no proof.
    A pre-release may be staged by hand, to try it; production takes releases alone.
    """
    if not to.is_promoted_to:
        return Decision((_in_reach(evidence, to),))
    conditions = [*gate_conditions(evidence)]
    if evidence.policy is not None:
        conditions += _evaluated(evidence, evidence.policy)
        conditions += _converted(evidence, evidence.policy)
    conditions += [_built(evidence), _not_frozen(evidence)]
    conditions.append(_in_reach(evidence, to))
    if evidence.version.branch != MAIN and (automatic or to is Stage.PRODUCTION):
        conditions.append(_unmerged(evidence.version))
    conditions += approval_conditions(evidence, to)
    if automatic:
        conditions += _automatic(evidence, to)
    return Decision(tuple(conditions))


def gate_conditions(evidence: Evidence) -> tuple[Condition, ...]:
    """Return the conditions that the critical gates of the current policy set.

    Without a recorded policy there is one condition, which is not met.
    """
    if evidence.policy is None:
        model = evidence.version.model
        detail = f"no policy of {model} is recorded"
        return (Condition("policy", "unmet", detail, _build(evidence)),)
    recorded = Condition("policy", "met", f"policy {evidence.policy.digest.short} is recorded")
    critical = [gate for gate in evidence.policy.gates if gate.severity is Severity.CRITICAL]
    return (recorded, *(_gate(evidence, gate) for gate in critical))


def _gate(evidence: Evidence, gate: Gate) -> Condition:
    name = f"gate {gate.dataset}/{gate.name}"
    verdict = evidence.verdicts.get((gate.dataset, gate.name))
    if verdict is None:
        return Condition(name, "waiting", f"{name} was not judged yet", _build(evidence))
    if verdict.gate_digest != gate.digest:
        detail = f"{name} was judged under an older definition, evaluate again"
        return Condition(name, "waiting", detail, _build(evidence))
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

    Both figures have to come from the same data; otherwise the verdict stands, unless it was given
    when nobody was in production.
    """
    own, held = evidence.evaluations[gate.dataset], evidence.baselines.get(gate.dataset)
    if held is None or held.dataset_digest != own.dataset_digest or gate.metric not in held.metrics:
        if verdict.threshold is None:
            detail = f"{name} was judged without a baseline and {holder.number} is in production"
            return Condition(name, "waiting", detail, _build(evidence))
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


def _observed(verdict: Verdict) -> str:
    if verdict.observed is None or verdict.threshold is None:
        return verdict.detail
    if verdict.comparison not in COMPARISONS:
        return f"observed {verdict.observed:g}, {verdict.comparison} {verdict.threshold:g}"
    wanted = f"{verdict.comparison} {verdict.threshold:g}"
    return f"observed {verdict.observed:g}, wanted {wanted} on {verdict.dataset}"


def _evaluated(evidence: Evidence, policy: ModelSpecification) -> Iterator[Condition]:
    for dataset in policy.evaluation.datasets:
        name = f"evaluation {dataset}"
        found = evidence.evaluations.get(dataset)
        if found is None:
            detail = f"the version was not evaluated on {dataset} yet"
            yield Condition(name, "waiting", detail, _build(evidence))
        else:
            yield Condition(name, "met", f"evaluated on {found.rows} examples of {dataset}")


def _converted(evidence: Evidence, policy: ModelSpecification) -> Iterator[Condition]:
    for conversion in policy.conversions:
        if conversion.required:
            yield _conversion(evidence, conversion)


def _conversion(evidence: Evidence, conversion: Conversion) -> Condition:
    name = f"conversion {conversion.target}"
    record = evidence.artifacts.get(conversion.target)
    if record is None:
        return Condition(name, "waiting", f"{name} was not made yet", _build(evidence))
    if record.details.get("source_digest") != evidence.version.digest:
        detail = f"{name} was made from other bytes than this version's"
        return Condition(name, "waiting", detail, _build(evidence))
    if record.outcome is None:
        return Condition(name, "waiting", f"{name} was not proved yet", _build(evidence))
    if not _is_proved(record):
        detail = f"{name} is not proved ({record.outcome}): {record.outcome_detail}"
        return Condition(name, "unmet", detail, _build(evidence))
    return Condition(name, "met", f"{name} is proved: {record.outcome_detail}")


def _is_proved(record: ArtifactRecord) -> bool:
    return record.outcome is Outcome.PASSED and record.verified_at is not None


def _built(evidence: Evidence) -> Condition:
    build = evidence.build
    if build is None:
        return Condition("build", "waiting", "the version was not built yet", _build(evidence))
    if build.state is not BuildState.COMPLETED:
        detail = f"run {build.run_id} has not completed the build"
        return Condition("build", "waiting", detail, _build(evidence))
    return Condition("build", "met", f"run {build.run_id} completed the build")


def _in_reach(evidence: Evidence, to: Stage) -> Condition:
    """Ask whether the version's stage leads there; the first step that does is the remedy."""
    version = evidence.version
    source, steps = version.stage, ALLOWED[version.stage]
    if to is source or to in steps:
        return Condition("stage", "met", f"the version is in {source}")
    if source is Stage.DEVELOPMENT and to is Stage.PRODUCTION:
        detail = "the version was not staged yet"
    else:
        detail = f"the version is in {source}, which leads to {' or '.join(steps)}"
    step = f"frontier promote {version.ref} --to {steps[0]} --reason '...'"
    # Nobody promotes a version for the sake of archiving it.
    remedy = step if to.is_promoted_to else f"frontier why {version.ref} --to {steps[0]}"
    return Condition("stage", "waiting", detail, remedy)


def _not_frozen(evidence: Evidence) -> Condition:
    frozen = evidence.frozen
    detail = "" if frozen is None else f"{frozen.model} is frozen {frozen.described()}"
    remedy = f"frontier unfreeze {evidence.version.model}"
    return _either(frozen is None, "not frozen", "nobody froze the model", detail, remedy)


def _unmerged(version: Version) -> Condition:
    detail = f"{version.number} is a pre-release of branch {version.branch}"
    remedy = f"frontier branch merge {version.model} {version.branch}"
    return Condition("release", "unmet", detail, remedy)


def _automatic(evidence: Evidence, to: Stage) -> Iterator[Condition]:
    by_hand = f"frontier promote {evidence.version.ref} --to {to} --reason '...'"
    policy = evidence.policy
    setting = "manual" if policy is None else policy.promotion.entry(to).mode
    allowed = f"`promotion.{to}` is `{setting}`"
    yield _either(setting == "automatic", "automatic", allowed, allowed, by_hand)
    barred = f"barred from automatic promotion: {evidence.barred_reason}"
    yield _either(
        evidence.barred_reason is None, "not barred", "never rolled back", barred, by_hand
    )
    sequence, holder = evidence.version.sequence, evidence.holder
    if holder is None:
        yield Condition("forward", "met", "no version is in production")
    else:
        places = (
            f"number {sequence} of its model, {holder.number} in production has {holder.sequence}"
        )
        forward = sequence > holder.sequence
        yield _either(forward, "forward", f"newer: {places}", f"not newer: {places}", by_hand)


def _either(is_met: bool, name: str, met: str, unmet: str, remedy: str) -> Condition:
    return Condition(name, "met", met) if is_met else Condition(name, "unmet", unmet, remedy)


def _build(evidence: Evidence) -> str:
    return f"frontier build {evidence.version.ref}"
