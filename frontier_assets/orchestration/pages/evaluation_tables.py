"""The tables on the page of an evaluation."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from frontier_assets.promotion.markdown import bounds, difference, number
from frontier_assets.promotion.standing import Standing

_METRICS_SCHEMA = dg.TableSchema(
    [
        dg.TableColumn("metric", "string", "The arrow says which values are better."),
        dg.TableColumn("value", "float", "Of this version."),
        dg.TableColumn("interval", "string", "Its 95 % confidence interval."),
        dg.TableColumn("production", "float", "Of the version in production, on the same data."),
        dg.TableColumn(
            "difference",
            "string",
            "This version minus production, the 95 % interval of the paired difference, and its "
            "meaning.",
        ),
    ]
)


def metrics_table(found: Sequence[Standing]) -> dg.TableMetadataValue:
    """Return every metric beside that of the version in production."""
    arrows = {"higher": "↑", "lower": "↓"}
    records = [
        dg.TableRecord(
            {
                "metric": f"{item.metric} {arrows.get(item.direction, '')}",
                "value": _rounded(item.value),
                "interval": bounds(item.bounds),
                "production": _rounded(item.held),
                "difference": f"{difference(item.difference)}{_sure(item)} {item.change}",
            }
        )
        for item in found
    ]
    return dg.MetadataValue.table(records, schema=_METRICS_SCHEMA)


def _sure(item: Standing) -> str:
    distance = item.distance
    return f" ({bounds((distance.lower, distance.upper))})" if distance else ""


def slices_table(slices: Mapping[str, Any], metrics: Sequence[str]) -> dg.TableMetadataValue:
    """Return every slice with its examples and ``metrics``."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {"slice": name, "examples": part["rows"]}
                | {metric: _with_interval(part, metric) for metric in metrics}
            )
            for name, part in slices.items()
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("slice", "string", "`segment=label`, or `class=name`."),
                dg.TableColumn("examples", "int", "How many are in it."),
                *(dg.TableColumn(name, "string", "With its 95 % interval.") for name in metrics),
            ]
        ),
    )


def _with_interval(part: Mapping[str, Any], metric: str) -> str:
    shown = number(part["metrics"].get(metric))
    interval = part["intervals"].get(metric)
    return f"{shown} ({bounds(tuple(interval))})" if interval else shown


def confusion_table(confusion: Mapping[str, Any]) -> dg.TableMetadataValue:
    """Return which class was taken for which."""
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


def clusters_table(clusters: Mapping[str, Any]) -> dg.TableMetadataValue:
    """Return how the classes fall into the clusters."""
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


def residuals_table(residuals: Mapping[str, Any]) -> dg.TableMetadataValue:
    """Return the quantiles of the residuals."""
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
