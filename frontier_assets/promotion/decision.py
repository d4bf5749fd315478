"""The one rule for moving a version forward: from evidence to conditions, pure and in one place."""

from collections.abc import Iterator

from frontier_assets.promotion.approval_conditions import approval_conditions
from frontier_assets.promotion.experiment_conditions import experiment_conditions
from frontier_assets.promotion.gate_conditions import build_command, gate_conditions
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.builds import BuildState
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.transitions import ALLOWED
from frontier_assets.specification import Conversion, ModelSpecification
from frontier_assets.types import MAIN, Outcome, Stage, Version


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
    conditions += experiment_conditions(evidence, to, automatic=automatic)
    conditions += approval_conditions(evidence, to)
    if automatic:
        conditions += _automatic(evidence, to)
    return Decision(tuple(conditions))


def _evaluated(evidence: Evidence, policy: ModelSpecification) -> Iterator[Condition]:
    for dataset in policy.evaluation.datasets:
        name = f"evaluation {dataset}"
        found = evidence.evaluations.get(dataset)
        if found is None:
            detail = f"the version was not evaluated on {dataset} yet"
            yield Condition(name, "waiting", detail, build_command(evidence))
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
        return Condition(name, "waiting", f"{name} was not made yet", build_command(evidence))
    if record.details.get("source_digest") != evidence.version.digest:
        detail = f"{name} was made from other bytes than this version's"
        return Condition(name, "waiting", detail, build_command(evidence))
    if record.outcome is None:
        return Condition(name, "waiting", f"{name} was not proved yet", build_command(evidence))
    if not _is_proved(record):
        detail = f"{name} is not proved ({record.outcome}): {record.outcome_detail}"
        return Condition(name, "unmet", detail, build_command(evidence))
    return Condition(name, "met", f"{name} is proved: {record.outcome_detail}")


def _is_proved(record: ArtifactRecord) -> bool:
    return record.outcome is Outcome.PASSED and record.verified_at is not None


def _built(evidence: Evidence) -> Condition:
    build = evidence.build
    if build is None:
        return Condition(
            "build", "waiting", "the version was not built yet", build_command(evidence)
        )
    if build.state is not BuildState.COMPLETED:
        detail = f"run {build.run_id} has not completed the build"
        return Condition("build", "waiting", detail, build_command(evidence))
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
