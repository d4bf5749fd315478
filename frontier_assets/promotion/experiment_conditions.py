"""The conditions that experiments set for moving a version: what it has to win, what bars it."""

from collections.abc import Iterator

from frontier_assets.registry.evidence import Condition, Evidence
from frontier_assets.types import ExperimentDecision, ExperimentState, Stage

_AWAITED = "ab_test"


def experiment_conditions(evidence: Evidence, to: Stage, *, automatic: bool) -> Iterator[Condition]:
    """Yield what the last experiment on the version says, where it says anything about a move.

    A version that did harm is barred from every promotion until another experiment has ended well
    for it. Where the YAML waits for `ab_test`, the version has to have won one; the first version
    of a model has nobody to win against. Whatever the YAML says, no sensor brings a version to
    production past an experiment that somebody designed for it.
    """
    ended = [item for item in evidence.experiments if item.state is ExperimentState.DECIDED]
    number = evidence.version.number
    last = ended[-1] if ended else None
    if last is not None and _did_harm(last.decision, last.subjects, number):
        detail = f"it did harm in experiment {last.id}: {last.reason}"
        remedy = f"frontier experiments show {last.id}"
        yield Condition("guardrails", "unmet", detail, remedy)
    is_tried = automatic and to is Stage.PRODUCTION and bool(evidence.experiments)
    if not is_tried and not _is_awaited(evidence, to):
        return
    if evidence.holder is None or evidence.holder.number == number:
        yield Condition(_AWAITED, "met", "no other version is in production to win against")
    elif last is None:
        yield _waiting(evidence)
    elif last.decision is ExperimentDecision.TREATMENT and number in last.subjects:
        yield Condition(_AWAITED, "met", f"it won experiment {last.id}: {last.reason}")
    else:
        detail = f"it did not win experiment {last.id}: {last.reason}"
        yield Condition(_AWAITED, "unmet", detail, f"frontier experiments show {last.id}")


def _is_awaited(evidence: Evidence, to: Stage) -> bool:
    return evidence.policy is not None and _AWAITED in evidence.policy.promotion.entry(to).after


def _did_harm(decision: ExperimentDecision | None, subjects: tuple[str, ...], number: str) -> bool:
    return decision is ExperimentDecision.GUARDRAIL_STOP and number in subjects


def _waiting(evidence: Evidence) -> Condition:
    version, holder = evidence.version, evidence.holder
    for item in reversed(evidence.experiments):
        if item.state is ExperimentState.RUNNING:
            remedy = f"frontier experiments show {item.id}"
            return Condition(_AWAITED, "waiting", f"experiment {item.id} is running", remedy)
        if item.state is ExperimentState.CREATED:
            remedy = f"frontier experiments start {item.id}"
            return Condition(_AWAITED, "waiting", f"experiment {item.id} has not begun", remedy)
    against = holder.number if holder else ""
    command = (
        f"frontier experiments create {version.model} NAME --control {against} "
        f"--treatment {version.number}"
    )
    detail = f"no experiment against {against} has been decided"
    return Condition(_AWAITED, "waiting", detail, command)
