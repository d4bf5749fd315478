"""The model card: everything on record about one version, as Markdown that a reviewer decides on.

It is read in Dagster's dialogs, which are narrow: short tables of few columns, the decision first.
"""

from collections.abc import Iterator

from frontier_assets.promotion.card_lineage import lineage_section
from frontier_assets.promotion.card_sections import (
    approvals_section,
    artifacts_section,
    gates_section,
    metrics_section,
    mistakes_section,
    purpose_section,
    training_section,
)
from frontier_assets.promotion.decision import decide
from frontier_assets.promotion.markdown import table
from frontier_assets.promotion.standing import standings
from frontier_assets.registry.evidence import Condition, Decision, Evidence
from frontier_assets.registry.lineage import Lineage
from frontier_assets.types import Outcome, Severity, Stage

_NEXT = {
    Stage.DEVELOPMENT: Stage.STAGING,
    Stage.STAGING: Stage.PRODUCTION,
    Stage.ARCHIVED: Stage.STAGING,
}


def model_card(evidence: Evidence, lineage: Lineage | None = None) -> str:
    """Return the card of the version that ``evidence`` is about, as it stands now.

    The ``lineage`` is drawn where it is given.
    """
    version = evidence.version
    policy = evidence.policy
    title = policy.title or version.model if policy else version.model
    sections = [
        f"# {title} {version.number}",
        f"_{policy.description}_" if policy and policy.description else "",
        "## Decision",
        _decision(evidence),
        "## Metrics",
        metrics_section(evidence),
        "## Gates",
        gates_section(evidence),
        *approvals_section(evidence),
        *mistakes_section(evidence),
        "## Purpose",
        purpose_section(evidence),
        "## Training",
        training_section(evidence),
        *(("## Lineage", lineage_section(lineage)) if lineage else ()),
        "## Artifacts and proofs",
        artifacts_section(evidence),
        "## Environment",
        ", ".join(f"{name} {value}" for name, value in version.environment.items()),
        "## Next",
        _commands(evidence),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def next_stage(evidence: Evidence) -> Stage | None:
    """Return the stage that the version would move to next; None where it is in production."""
    return _NEXT.get(evidence.version.stage)


def missing(decision: Decision) -> list[tuple[str, str]]:
    """Return what stands in the way, each with the command or the change that removes it."""
    return [(item.detail, _command(item)) for item in decision.conditions if item.state != "met"]


def promote_command(evidence: Evidence, to: Stage) -> str:
    """Return the command that moves the version to a stage."""
    return f"frontier promote {evidence.version.ref} --to {to} --reason '...'"


def _decision(evidence: Evidence) -> str:
    version, holder = evidence.version, evidence.holder
    to = next_stage(evidence)
    where = f"It is in **{version.stage}**" + (f" ({_since(evidence)})." if evidence.moves else ".")
    held = f"In production: {holder.number}." if holder else "Nothing is in production."
    barred = f"Barred from automatic promotion: {evidence.barred_reason}."
    lines = [where, "" if version.stage is Stage.PRODUCTION else held]
    lines += [barred] if evidence.barred_reason else []
    if to is None:
        return "\n\n".join(["**In production.**", " ".join(filter(None, lines))])
    decision = decide(evidence, to=to, automatic=False)
    headline = (
        f"**Ready for {to}.** All {len(decision.conditions)} conditions are met."
        if decision.allowed
        else f"**Not ready for {to}: {_conditions(len(decision.reasons))}.**"
    )
    parts = [headline, " ".join(filter(None, lines))]
    if not decision.allowed:
        parts.append(table(("Missing", "What to do"), missing(decision)))
    parts += [*_comparison(evidence), *_warnings(evidence)]
    return "\n\n".join(parts)


def _comparison(evidence: Evidence) -> Iterator[str]:
    changes = [item.change for item in standings(evidence) if item.held is not None]
    if changes and evidence.holder:
        counts = ", ".join(
            f"{changes.count(change)} {change}"
            for change in ("better", "equal", "worse")
            if change in changes
        )
        yield f"Against {evidence.holder.number}: {counts}, of {len(changes)} metrics."


def _warnings(evidence: Evidence) -> Iterator[str]:
    failed = [
        verdict.gate
        for _, verdict in sorted(evidence.verdicts.items())
        if verdict.severity is Severity.WARNING and verdict.outcome is not Outcome.PASSED
    ]
    if failed:
        yield f"Worth a look, no reason to stop: {', '.join(failed)} did not pass."


def _conditions(count: int) -> str:
    return "1 condition is missing" if count == 1 else f"{count} conditions are missing"


def _since(evidence: Evidence) -> str:
    move = evidence.moves[-1]
    return f"since {move.at:%Y-%m-%d %H:%M} UTC by {move.actor}: {move.reason}"


def _commands(evidence: Evidence) -> str:
    version, holder, to = evidence.version, evidence.holder, next_stage(evidence)
    rows = [("See every condition", f"`frontier why {version.ref}`")]
    if to is not None:
        rows.append((f"Move to {to}", f"`{promote_command(evidence, to)}`"))
    if version.stage is Stage.PRODUCTION:
        rows.append(("Go back", f"`frontier rollback {version.model} --reason '...'`"))
    elif holder is not None:
        rows.append(
            (
                f"Return to {holder.number} after promotion",
                f"`frontier rollback {version.model} --reason '...'`",
            )
        )
    # Dagster opens a long card at its end.
    headline = _decision(evidence).split("\n\n")[0]
    jobs = f"In Dagster: jobs `{version.model}__promote` and `{version.model}__rollback`."
    return f"{headline} The reasons stand at the top.\n\n{table(('To', 'Command'), rows)}\n\n{jobs}"


def _command(condition: Condition) -> str:
    """Return the remedy with its commands set as code."""
    *words, last = condition.remedy.split("; ")
    parts = [*words, last]
    return "; ".join(f"`{part}`" if part.startswith("frontier ") else part for part in parts)
