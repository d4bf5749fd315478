"""``frontier show``: everything on record about one version."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from frontier_assets.cli.attachments import print_attachments
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_facts, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import bounds, shown_size

if TYPE_CHECKING:
    from frontier_assets.registry.artifacts import ArtifactRecord
    from frontier_assets.registry.audit import AuditEntry
    from frontier_assets.registry.builds import Build
    from frontier_assets.registry.evidence import Evidence
    from frontier_assets.registry.moves import StageMove

MOVE_COLUMNS = ("at (UTC)", "version", "from", "to", "replaced", "by", "reason")


def show(ref: Reference, *, as_json: AsJson = False) -> None:
    """Show a version: facts, metrics, gates, artifacts with their proofs, and its stages."""
    with open_workspace() as workspace:
        version = workspace.versions.get(ref)
        evidence = workspace.registry.stages.evidence(version.model, version.number)
        moves = [
            move for move in workspace.stages.history(version.model) if _concerns(version, move)
        ]
        attached = workspace.versions.attachments(version.ref)
        last = workspace.audit.about(version.model, version.number)[-1]
        measured = workspace.versions.metrics(version.ref)
        states = workspace.evaluation_states(version.ref)
    updated = {"updated_at": last.at, "updated_by": last.actor}
    if as_json:
        more = {"attachments": attached, "metrics": measured, "evaluation_states": states}
        print_json(_document(evidence, moves) | updated | more)
        return
    print_facts({**_facts(evidence, last), "evaluation": states})
    print_table(
        "Metrics",
        ("data set", "metric", "value", "95 % interval", "examples"),
        _metrics(evidence, measured),
    )
    print_table("Slices", ("data set", "slice", "metric", "value", "examples"), _slices(evidence))
    print_table(
        "Gates",
        ("gate", "data set", "severity", "outcome", "observed", "detail"),
        [
            (gate, dataset, item.severity, item.outcome, item.observed, item.detail)
            for (dataset, gate), item in sorted(evidence.verdicts.items())
        ],
    )
    print_table("Artifacts", ("artifact", "size", "proof", "detail"), _artifacts(evidence))
    if attached:
        print_attachments("Attachments", attached)
    print_table("Stages", MOVE_COLUMNS, move_rows(moves))


def move_rows(moves: "Sequence[StageMove]") -> list[tuple[object, ...]]:
    """Return the cells of stage moves under `MOVE_COLUMNS`."""
    return [
        (m.at, m.version, m.source, m.target, m.replaced or "nobody", m.actor, m.reason)
        for m in moves
    ]


def _document(evidence: "Evidence", moves: "Sequence[StageMove]") -> dict[str, object]:
    return {
        "version": evidence.version,
        "policy_digest": evidence.policy.digest if evidence.policy else None,
        "build": evidence.build,
        "evaluations": evidence.evaluations,
        "gates": [item for _, item in sorted(evidence.verdicts.items())],
        "artifacts": evidence.artifacts,
        "production": evidence.holder.number if evidence.holder else None,
        "barred_reason": evidence.barred_reason,
        "frozen": evidence.frozen,
        "stages": moves,
    }


def _facts(evidence: "Evidence", last: "AuditEntry") -> Mapping[str, object]:
    version = evidence.version
    return {
        "version": f"{version.ref} (number {version.sequence} of this model)",
        "description": version.description,
        "stage": version.stage,
        "in production": evidence.holder.number if evidence.holder else "nobody",
        "barred": evidence.barred_reason,
        "model frozen": evidence.frozen.described() if evidence.frozen else None,
        "build": _build(evidence.build),
        "change": f"{version.change}: {version.change_reason}",
        "branch": version.branch,
        "parent": version.parent or "none",
        "merged from": version.merged_from,
        "checkpoint": version.checkpoint,
        "digest": version.digest,
        "size": f"{shown_size(version.size_bytes)} in store {version.store}",
        "policy": evidence.policy.digest if evidence.policy else "none recorded",
        "created (UTC)": version.created_at,
        "created by": version.created_by,
        "updated (UTC)": last.at,
        "updated by": f"{last.actor}: {last.action.replace('_', ' ')}",
        "run": version.run_id,
        "tags": version.tags,
        "parameters": version.parameters,
        "metrics of training": version.metrics,
        "training data": version.data_digests or "unknown",
        "signature": version.signature,
        "environment": version.environment or "unknown",
    }


def _build(build: "Build | None") -> str:
    return "not built" if build is None else build.described()


def _metrics(
    evidence: "Evidence", measured: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[object, ...]]:
    for split, values in measured.items():
        evaluation = evidence.evaluations.get(split)
        # What was registered, without a split, stands among the facts.
        for name, value in values.items() if split else ():
            if evaluation is None:
                yield split, name, value, None, None
            else:
                interval = (evaluation.details or {}).get("intervals", {}).get(name)
                yield split, name, value, interval and bounds(tuple(interval)), evaluation.rows


def _slices(evidence: "Evidence") -> Iterator[tuple[object, ...]]:
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        for name, part in (evaluation.details or {}).get("slices", {}).items():
            for metric, value in part["metrics"].items():
                yield dataset, name, metric, value, part["rows"]


def _artifacts(evidence: "Evidence") -> Iterator[tuple[object, ...]]:
    version = evidence.version
    yield "version", shown_size(version.size_bytes), "", "the original"
    for name, record in sorted(evidence.artifacts.items()):
        yield name, shown_size(record.size_bytes), _proof(record), record.outcome_detail


def _proof(record: "ArtifactRecord") -> str:
    if record.verified_at is not None:
        return "verified"
    return f"not verified: {record.outcome or 'not proved yet'}"


def _concerns(version: object, move: "StageMove") -> bool:
    number = getattr(version, "number", None)
    return number in (move.version, move.replaced)
