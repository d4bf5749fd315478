"""What the demo leaves behind: one table per version, with its metrics, gates and proofs."""

from collections.abc import Iterator

from rich.table import Table

from frontier_assets.conversion.targets import usable_converter
from frontier_assets.errors import EngineUnavailableError, MissingExtraError
from frontier_assets.registry.evidence import Evidence
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome, Version
from frontier_assets.workspace import Workspace

_BYTES_PER_KIB = 1024


def summary(workspace: Workspace, version: Version) -> Table:
    """Return the table of one version."""
    evidence = workspace.registry.stages.evidence(version.model, version.number)
    table = Table("", title=version.ref, show_header=False)
    table.add_column(overflow="fold")
    rows = [
        ("stage", _stage(evidence)),
        ("change", f"{version.change.value}: {version.change_reason}"),
        *_measured(evidence),
        *_artifacts(evidence),
    ]
    for name, value in rows:
        table.add_row(name, value)
    return table


def _stage(evidence: Evidence) -> str:
    if not evidence.moves:
        return evidence.version.stage.value
    last = evidence.moves[-1]
    replaced = f", replacing {last.replaced}" if last.replaced else ""
    run = f" in run {last.run_id[:8]}" if last.run_id else ""
    return f"{evidence.version.stage.value}, by {last.actor}{run}{replaced}"


def _measured(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for dataset, evaluation in sorted(evidence.evaluations.items()):
        metrics = "  ".join(f"{name} {value:.4f}" for name, value in evaluation.metrics.items())
        yield f"metrics on {dataset}", metrics
    for (dataset, gate), judged in sorted(evidence.verdicts.items()):
        yield f"gate {gate} on {dataset}", f"{judged.outcome.value}: {judged.detail}"


def _artifacts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield "weights", f"{evidence.version.size_bytes / _BYTES_PER_KIB:.1f} KiB"
    for name, record in sorted(evidence.artifacts.items()):
        outcome = record.outcome or Outcome.NOT_RUN
        size = f"{record.size_bytes / _BYTES_PER_KIB:.1f} KiB"
        yield name, f"{size}, parity {outcome.value}: {record.outcome_detail}"
    if evidence.policy is not None:
        yield from _left_out(evidence.policy, set(evidence.artifacts))


def _left_out(policy: ModelSpecification, made: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the targets that there is no file of, with what is missing here to make them."""
    for target in sorted({item.target for item in policy.conversions} - made):
        try:
            usable_converter(target, policy.framework)
        except (MissingExtraError, EngineUnavailableError) as error:
            yield target, f"left out: {error}"
        else:
            yield target, "not made: the log of the run says why"
