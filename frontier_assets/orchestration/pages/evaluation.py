"""The page of ``m/evaluation/<dataset>``: how a version did, against what is in production."""

from collections.abc import Sequence

import dagster as dg

from frontier_assets.orchestration.pages.evaluation_tables import (
    clusters_table,
    confusion_table,
    metrics_table,
    residuals_table,
    slices_table,
)
from frontier_assets.orchestration.pages.pictures import (
    Metadata,
    detail_pictures,
    versions_picture,
)
from frontier_assets.promotion.standing import Standing, standings
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Outcome, Severity, Verdict

_INLINE_CLASSES = 12


def evaluation_metadata(
    evaluation: Evaluation,
    evidence: Evidence,
    *,
    over_versions: Sequence[Evaluation],
    metrics: Sequence[str],
) -> Metadata:
    """Return what the page shows; ``metrics`` in the order of the YAML become lines over versions.

    Each metric is a float of its own, because that is what Dagster plots.
    """
    details = evaluation.details or {}
    holder = evidence.holder.number if evidence.holder else None
    found = [item for item in standings(evidence) if item.dataset == evaluation.dataset]
    metadata: Metadata = {
        **_outcome(evaluation),
        "metrics": metrics_table(found),
        "compared_with": dg.MetadataValue.text(_compared_with(evaluation, holder, found)),
        **{name: dg.MetadataValue.float(evaluation.metrics[name]) for name in metrics},
    }
    if reliability := details.get("reliability"):
        error = reliability["expected_calibration_error"]
        metadata["calibration_error"] = dg.MetadataValue.float(error)
    if (confusion := details.get("confusion")) and len(confusion["classes"]) <= _INLINE_CLASSES:
        metadata["confusion"] = confusion_table(confusion)
    clusters = details.get("clusters")
    if clusters and len(clusters["clusters"]) <= _INLINE_CLASSES:
        metadata["clusters"] = clusters_table(clusters)
    if residuals := details.get("residuals"):
        metadata["residuals"] = residuals_table(residuals)
    if slices := details.get("slices"):
        metadata["slices"] = slices_table(slices, metrics)
    if sample := details.get("sample"):
        metadata["sample"] = dg.MetadataValue.text(
            f"{evaluation.rows} of {sample['of']} examples, drawn with seed {sample['seed']}"
        )
    metadata |= dict(detail_pictures(details))
    metadata["picture_versions"] = versions_picture(over_versions, metrics, held=holder)
    return metadata | {
        "rows": dg.MetadataValue.int(evaluation.rows),
        "dataset": dg.MetadataValue.asset(
            dg.AssetKey([evaluation.model, "data", evaluation.dataset])
        ),
        "dataset_digest": dg.MetadataValue.text(evaluation.dataset_digest),
        "evaluation_id": dg.MetadataValue.text(str(evaluation.id)),
        "version_digest": dg.MetadataValue.text(evaluation.version_digest),
    }


def _outcome(evaluation: Evaluation) -> Metadata:
    ref = f"{evaluation.model}@{evaluation.version}"
    failed = [item for item in evaluation.verdicts if item.outcome is not Outcome.PASSED]
    stopping = [item for item in failed if item.severity is Severity.CRITICAL]
    if stopping:
        return {
            "outcome": dg.MetadataValue.md(f"**Stopped** by {_names(stopping)}."),
            "next_step": dg.MetadataValue.md(
                f"`frontier why {ref}` lists what is missing. Train a better version, or change "
                "the gate in the YAML and evaluate again."
            ),
        }
    if not evaluation.verdicts:
        return {"outcome": dg.MetadataValue.md("**Measured**; no gate is set on this data set.")}
    count = len(evaluation.verdicts)
    says = f"**Passed** {count - len(failed)} of {count} gates."
    look = f" Worth a look: {_names(failed)}." if failed else ""
    return {"outcome": dg.MetadataValue.md(says + look)}


def _names(verdicts: Sequence[Verdict]) -> str:
    return ", ".join(f"`{item.gate}`" for item in verdicts)


def _compared_with(evaluation: Evaluation, holder: str | None, found: Sequence[Standing]) -> str:
    if holder is None:
        return "nothing: no version is in production"
    if holder == evaluation.version:
        return "nothing: this version is in production itself"
    if all(item.held is None for item in found):
        return f"nothing: {holder} in production was not measured on the same data"
    return f"{evaluation.model}@{holder}, in production when this was measured"
