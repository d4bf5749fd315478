"""The sections of the model card: what a version scored, was made from and became."""

from collections.abc import Iterator, Mapping

from frontier_assets.predictors.performance import Performance
from frontier_assets.promotion.markdown import NONE, bounds, difference, number, shown_size, table
from frontier_assets.promotion.standing import Standing, standings
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.lineage import parents_of
from frontier_assets.specification import Gate
from frontier_assets.types import Outcome, Severity, Verdict

MAXIMUM_CLASSES = 12  # a wider confusion table cannot be read in a dialog


def metrics_section(evidence: Evidence) -> str:
    """Return every metric beside that of the version in production."""
    found = standings(evidence)
    if not found:
        return f"Not evaluated yet; `frontier build {evidence.version.ref}` evaluates it."
    parts = []
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        rows = [_row(item) for item in found if item.dataset == dataset]
        compared = any(row[3] != NONE for row in rows)
        header = ("Metric", "Value", "95 %", "Production", "Difference")
        parts.append(f"### On {dataset}, {evaluation.rows} examples")
        parts.append(
            table(header, rows) if compared else table(header[:3], [row[:3] for row in rows])
        )
    holder = evidence.holder
    if holder and holder.number != evidence.version.number and any(i.held is None for i in found):
        parts.append(f"{holder.number} in production was not measured on the same data everywhere.")
    return "\n\n".join(parts)


def _row(item: Standing) -> tuple[str, ...]:
    arrow = {"higher": "↑", "lower": "↓"}.get(item.direction, "")
    unit = "" if item.unit in ("", "fraction") else f" ({item.unit})"
    change = "" if item.change in ("not compared", "equal") else f" {item.change}"
    distance = item.distance
    sure = f" ({bounds((distance.lower, distance.upper))})" if distance else ""
    return (
        f"{item.metric} {arrow}{unit}",
        number(item.value),
        bounds(item.bounds),
        number(item.held),
        f"{difference(item.difference)}{sure}{change}",
    )


def gates_section(evidence: Evidence) -> str:
    """Return every gate of the YAML with what was wanted and observed."""
    policy = evidence.policy
    if policy is None or not policy.gates:
        return "The YAML sets no gates: nothing but the conversions' proofs protects production."
    rows = [_gate(gate, evidence.verdicts.get((gate.place, gate.name))) for gate in policy.gates]
    return table(("Gate", "Wanted", "Observed", "Outcome"), rows)


def _gate(gate: Gate, verdict: Verdict | None) -> tuple[str, ...]:
    wanted = (
        f"at most {gate.tolerance:g} worse than production"
        if gate.versus
        else f"{gate.comparison} {gate.threshold:g}"
    )
    severity = "stops" if gate.severity is Severity.CRITICAL else "warns"
    name = f"{gate.name} ({gate.subject}; {severity})"
    if verdict is None:
        return name, wanted, NONE, "not judged yet"
    outcome = verdict.outcome.value.replace("_", " ")
    shown = outcome if verdict.outcome is Outcome.PASSED else f"**{outcome}**"
    return name, wanted, number(verdict.observed), shown


def approvals_section(evidence: Evidence) -> Iterator[str]:
    """Yield who approved which move, and which of it counts now, if anybody did."""
    rows = [
        (
            item.signer,
            item.stage,
            f"{item.added_at:%Y-%m-%d %H:%M} UTC",
            "counts" if item.problem is None else item.problem,
        )
        for item in evidence.approvals
    ]
    if rows:
        yield "## Approvals"
        yield table(("Signed by", "For", "Added", "State"), rows)


def mistakes_section(evidence: Evidence) -> Iterator[str]:
    """Yield the confusion table of the first data set that has one, if it is small enough."""
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        confusion = (evaluation.details or {}).get("confusion")
        if confusion and len(confusion["classes"]) <= MAXIMUM_CLASSES:
            yield "## Mistakes"
            yield f"On **{dataset}**; rows are the true class, columns the predicted one."
            rows = [
                (f"**{name}**", *(str(count) if count else "·" for count in counts))
                for name, counts in zip(confusion["classes"], confusion["counts"], strict=True)
            ]
            yield table(("true", *confusion["classes"]), rows)
            return


def purpose_section(evidence: Evidence) -> str:
    """Return what the model is for, as its YAML says."""
    policy = evidence.policy
    if policy is None:
        return "Its YAML was not recorded yet."
    inputs = ", ".join(
        f"{name} [{', '.join(map(str, shape))}]"
        for name, shape in policy.architecture.inputs.items()
    )
    facts = {
        "Model": policy.name,
        "Task": policy.task,
        "Framework": policy.framework,
        "Takes": inputs,
        "Returns": policy.architecture.outputs,
        "Classes": ", ".join(policy.architecture.classes),
        "Owners": ", ".join(policy.owners) or "nobody is named; add `owners` to the YAML",
        "Tags": ", ".join(f"{name}: {value}" for name, value in sorted(policy.tags.items())),
    }
    return _facts(facts)


def training_section(evidence: Evidence) -> str:
    """Return what the version was made from, and how."""
    version = evidence.version
    data = ", ".join(f"{name} `{digest[:12]}`" for name, digest in version.data_digests.items())
    parents = " and ".join(parents_of(version)) or "none"
    facts = {
        "Number": f"{version.sequence} of this model, on {version.branch}; parent {parents}",
        "Change": f"{version.change}: {version.change_reason}",
        "Trained on": data or "not recorded",
        "Checkpoint": version.checkpoint or "none: registered from outside",
        "At the checkpoint": ", ".join(f"{k} {number(v)}" for k, v in version.metrics.items()),
        "Parameters": ", ".join(f"{key} {value}" for key, value in version.parameters.items()),
        "Run": version.run_id or "outside Dagster",
        "Author": f"{version.author}, who signed it"
        if version.author
        else f"{version.created_by} by their own account: the registration is not signed",
        "Registered": f"{version.created_at:%Y-%m-%d %H:%M} UTC by {version.created_by}",
    }
    return _facts(facts)


def artifacts_section(evidence: Evidence) -> str:
    """Return the original and what was made of it: size, speed, agreement, and what may run it."""
    version = evidence.version
    framework = evidence.policy.framework if evidence.policy else NONE
    original = (
        f"original `{version.digest[:12]}`",
        shown_size(version.size_bytes),
        "is the reference",
        "is the reference",
        framework,
    )
    wanted = evidence.policy.conversions if evidence.policy else []
    names = sorted({*evidence.artifacts, *(item.target for item in wanted)})
    made = [_artifact(name, evidence.artifacts.get(name)) for name in names]
    return table(("Artifact", "Size", "Speed", "Agreement", "Runs in"), [original, *made])


def _artifact(name: str, record: ArtifactRecord | None) -> tuple[str, str, str, str, str]:
    if record is None:
        return name, NONE, NONE, "not made yet", NONE
    outcome = (record.outcome or Outcome.NOT_RUN).value.replace("_", " ")
    detail = f": {record.outcome_detail}" if record.outcome_detail else ""
    shown = f"{name} `{record.digest[:12]}`", shown_size(record.size_bytes)
    if record.outcome is not Outcome.PASSED:
        return *shown, NONE, f"**{outcome}**{detail}", "nowhere, until it is proved"
    if record.performance is None:
        return *shown, "not measured yet", f"{outcome}{_agreement(record)}{detail}", NONE
    performance = Performance.of(record.performance)
    return *shown, _speed(performance), f"{outcome}{_agreement(record)}{detail}", performance.where


def _speed(performance: Performance) -> str:
    if not performance.own:
        return "could not be measured"
    first, gained = performance.own[0], performance.speedups[0]
    memory = performance.metrics.get("peak_memory_mb")
    needs = "" if memory is None else f"; {memory:.0f} MB of memory"
    return (
        f"{number(first.p50_ms)} ms for {first.rows}, {gained.estimate:.2f} times the original's "
        f"speed ({bounds((gained.lower, gained.upper))}){needs}"
    )


def _agreement(record: ArtifactRecord) -> str:
    agreement = record.measures.get("top1_agreement")
    return "" if agreement is None else f", {agreement:.2%} of decisions alike"


def _facts(facts: Mapping[str, str]) -> str:
    """Return a table of two columns, leaving out what is empty."""
    rows = [(name, str(value)) for name, value in facts.items() if value]
    return table(("Fact", "Value"), rows) if rows else "Not recorded."
