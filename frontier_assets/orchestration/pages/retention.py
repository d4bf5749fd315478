"""The outcome of retention: what was kept and why, what was deleted, what that frees."""

from collections.abc import Iterable, Mapping

import dagster as dg

from frontier_assets.checkpoints.retaining import RetentionReport
from frontier_assets.orchestration.pages.pictures import Metadata
from frontier_assets.promotion.markdown import shown_size

_MAXIMUM_ROWS = 200  # of a table, the newest; the counts beside it are of all


def retention_metadata(report: RetentionReport) -> Metadata:
    """Return the report as counts and tables."""
    verb = "would be deleted" if report.dry_run else "were deleted"
    says = (
        f"**{len(report.deleted)} checkpoints {verb}**, {len(report.kept)} are kept; "
        f"frees {shown_size(report.freed_bytes)} at the next collection of the store."
    )
    return {
        "outcome": dg.MetadataValue.md(says),
        "dry_run": dg.MetadataValue.bool(report.dry_run),
        "kept": dg.MetadataValue.int(len(report.kept)),
        "deleted": dg.MetadataValue.int(len(report.deleted)),
        "freed_bytes": dg.MetadataValue.int(report.freed_bytes),
        "kept_checkpoints": _table(
            {"checkpoint": item.checkpoint.key, "reasons": "; ".join(item.reasons)}
            for item in report.kept
        ),
        "deleted_checkpoints": _table(
            {"checkpoint": item.key, "saved (UTC)": f"{item.created_at:%Y-%m-%d %H:%M:%S}"}
            for item in report.deleted
        ),
    }


def _table(rows: Iterable[Mapping[str, str]]) -> dg.TableMetadataValue:
    newest = list(rows)[-_MAXIMUM_ROWS:]
    columns = [dg.TableColumn(name, "string") for name in (newest[0] if newest else ["checkpoint"])]
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(row)) for row in newest], schema=dg.TableSchema(columns)
    )
