"""The model card: everything on record about one version, as Markdown that a reviewer reads."""

from collections.abc import Iterable

from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Outcome

_BYTES_PER_KIB = 1024


def model_card(evidence: Evidence) -> str:
    """Return the card of the version that ``evidence`` is about."""
    version = evidence.version
    title = evidence.policy.title or version.model if evidence.policy else version.model
    sections = [
        f"# {title} {version.number}",
        evidence.policy.description if evidence.policy else "",
        _facts(evidence),
        "## Metrics",
        _metrics(evidence),
        "## Gates",
        _gates(evidence),
        "## Artifacts",
        _artifacts(evidence),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def _facts(evidence: Evidence) -> str:
    version = evidence.version
    holder = evidence.holder.number if evidence.holder else "nobody"
    return _table(
        ("Fact", "Value"),
        [
            ("Version", f"{version.number} (number {version.sequence} of this model)"),
            ("Change", f"{version.change.value}: {version.change_reason}"),
            ("Parent", version.parent or "none"),
            ("Checkpoint", version.checkpoint or "none"),
            ("Digest", f"`{version.digest}`"),
            ("Registered", f"{version.created_at:%Y-%m-%d %H:%M:%S} UTC by {version.created_by}"),
            ("In production when this was written", holder),
        ],
    )


def _metrics(evidence: Evidence) -> str:
    rows = [
        (dataset, name, f"{value:.4f}", str(evaluation.rows))
        for dataset, evaluation in sorted(evidence.evaluations.items())
        for name, value in sorted(evaluation.metrics.items())
    ]
    return _table(("Data set", "Metric", "Value", "Examples"), rows)


def _gates(evidence: Evidence) -> str:
    rows = [
        (gate, dataset, verdict.severity.value, verdict.outcome.value, verdict.detail)
        for (dataset, gate), verdict in sorted(evidence.verdicts.items())
    ]
    return _table(("Gate", "Data set", "Severity", "Outcome", "Detail"), rows)


def _artifacts(evidence: Evidence) -> str:
    version = evidence.version
    rows = [("original", f"{version.size_bytes / _BYTES_PER_KIB:.1f}", "is the reference")]
    for name, record in sorted(evidence.artifacts.items()):
        outcome = record.outcome or Outcome.NOT_RUN
        rows.append(
            (
                name,
                f"{record.size_bytes / _BYTES_PER_KIB:.1f}",
                f"{outcome.value}: {record.outcome_detail}",
            )
        )
    return _table(("Artifact", "KiB", "Proof"), rows)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
