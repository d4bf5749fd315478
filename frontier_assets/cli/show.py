"""``frontier show``: everything on record about one version."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from frontier_assets.cli.attachments import print_attachments
from frontier_assets.cli.options import AsJson, Reference
from frontier_assets.cli.printing import print_facts, print_json, print_table
from frontier_assets.cli.session import open_workspace
from frontier_assets.promotion.markdown import shown_size

if TYPE_CHECKING:
    from frontier_assets.registry.artifacts import ArtifactRecord
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
    if as_json:
        print_json(_document(evidence, moves) | {"attachments": attached})
        return
    print_facts(_facts(evidence))
    print_table("Metrics", ("data set", "metric", "value", "examples"), _metrics(evidence))
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
        "stages": moves,
    }


def _facts(evidence: "Evidence") -> Mapping[str, object]:
    version = evidence.version
    return {
        "version": f"{version.ref} (number {version.sequence} of this model)",
        "description": version.description,
        "stage": version.stage,
        "in production": evidence.holder.number if evidence.holder else "nobody",
        "barred": evidence.barred_reason,
        "build": _build(evidence.build),
        "change": f"{version.change}: {version.change_reason}",
        "parent": version.parent,
        "checkpoint": version.checkpoint,
        "digest": version.digest,
        "size": f"{shown_size(version.size_bytes)} in store {version.store}",
        "policy": evidence.policy.digest if evidence.policy else "none recorded",
        "created (UTC)": version.created_at,
        "created by": version.created_by,
        "run": version.run_id,
        "tags": version.tags,
        "parameters": version.parameters,
        "metrics of training": version.metrics,
        "training data": version.data_digests,
        "environment": version.environment,
    }


def _build(build: "Build | None") -> str:
    return "not built" if build is None else build.described()


def _metrics(evidence: "Evidence") -> Iterator[tuple[object, ...]]:
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        for name, value in sorted(evaluation.metrics.items()):
            yield dataset, name, value, evaluation.rows


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
