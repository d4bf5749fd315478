"""The page of ``m/evaluation/<dataset>``: how a version did, against what is in production."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from frontier_assets.orchestration.pages.pictures import (
    Metadata,
    detail_pictures,
    versions_picture,
)
from frontier_assets.promotion.markdown import difference, number
from frontier_assets.promotion.standing import Standing, standings
from frontier_assets.registry.evaluations import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Outcome, Severity, Verdict

_INLINE_CLASSES = 12
_METRICS_SCHEMA = dg.TableSchema(
    [
        dg.TableColumn("metric", "string", "The arrow says which values are better."),
        dg.TableColumn("value", "float", "Of this version."),
        dg.TableColumn("production", "float", "Of the version in production, on the same data."),
        dg.TableColumn("difference", "string", "This version minus production, and its meaning."),
    ]
)


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
        "metrics": _metrics_table(found),
        "compared_with": dg.MetadataValue.text(_compared_with(evaluation, holder, found)),
        **{name: dg.MetadataValue.float(evaluation.metrics[name]) for name in metrics},
    }
    if reliability := details.get("reliability"):
        error = reliability["expected_calibration_error"]
        metadata["calibration_error"] = dg.MetadataValue.float(error)
    if (confusion := details.get("confusion")) and len(confusion["classes"]) <= _INLINE_CLASSES:
        metadata["confusion"] = _confusion_table(confusion)
    clusters = details.get("clusters")
    if clusters and len(clusters["clusters"]) <= _INLINE_CLASSES:
        metadata["clusters"] = _clusters_table(clusters)
    if residuals := details.get("residuals"):
        metadata["residuals"] = _residuals_table(residuals)
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


def _metrics_table(found: Sequence[Standing]) -> dg.TableMetadataValue:
    arrows = {"higher": "↑", "lower": "↓"}
    records = [
        dg.TableRecord(
            {
                "metric": f"{item.metric} {arrows.get(item.direction, '')}",
                "value": _rounded(item.value),
                "production": _rounded(item.held),
                "difference": f"{difference(item.difference)} {item.change}",
            }
        )
        for item in found
    ]
    return dg.MetadataValue.table(records, schema=_METRICS_SCHEMA)


def _confusion_table(confusion: Mapping[str, Any]) -> dg.TableMetadataValue:
    classes: list[str] = confusion["classes"]
    first = "true"
    # A class may be called as the first column is, or as another class.
    taken = {first, *(name for name in classes if classes.count(name) > 1)}
    columns = [f"{i}: {name}" if name in taken else name for i, name in enumerate(classes)]
    return dg.MetadataValue.table(
        [
            dg.TableRecord({first: name, **dict(zip(columns, counts, strict=True))})
            for name, counts in zip(columns, confusion["counts"], strict=True)
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn(
                    first, "string", "The true class; the columns are the predicted ones."
                ),
                *(dg.TableColumn(name, "int", "Examples predicted as this.") for name in columns),
            ]
        ),
    )


def _clusters_table(clusters: Mapping[str, Any]) -> dg.TableMetadataValue:
    columns = [f"cluster {name}" for name in clusters["clusters"]]
    return dg.MetadataValue.table(
        [
            dg.TableRecord({"true": name, **dict(zip(columns, counts, strict=True))})
            for name, counts in zip(clusters["classes"], clusters["counts"], strict=True)
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("true", "string", "The true class."),
                *(dg.TableColumn(name, "int", "Examples in this cluster.") for name in columns),
            ]
        ),
    )


def _residuals_table(residuals: Mapping[str, Any]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord({"quantile": level, "residual": _rounded(value)})
            for level, value in residuals["quantiles"]
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("quantile", "float", "Share of the examples below it."),
                dg.TableColumn("residual", "float", "Predicted minus true, in the target's unit."),
            ]
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(number(value))
