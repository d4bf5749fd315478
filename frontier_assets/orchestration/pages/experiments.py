"""The page of ``m/ab_test``: what was decided and why, then the figures and the pictures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from frontier_assets.experiments.results import Analysis, MetricResult
from frontier_assets.orchestration.pages.pictures import Metadata, picture
from frontier_assets.plots.experiments import Row, Seen, balance, effect_over_looks, forest
from frontier_assets.registry.experiment_records import Experiment, Look
from frontier_assets.types import ExperimentDecision

_HEADLINES = {
    ExperimentDecision.CONTINUE: "It goes on",
    ExperimentDecision.TREATMENT: "{subjects} wins",
    ExperimentDecision.CONTROL: "{control} stays",
    ExperimentDecision.GUARDRAIL_STOP: "Stopped: {subjects} does harm",
    ExperimentDecision.INVALID: "Invalid: the sample ratio is broken",
}


def experiment_metadata(experiment: Experiment, seen: Analysis, looks: Sequence[Look]) -> Metadata:
    """Return what the page shows of the last look."""
    counts = seen.counts
    metadata: Metadata = {
        "outcome": dg.MetadataValue.md(f"**{headline(experiment, seen)}.**"),
        "why": dg.MetadataValue.md("\n".join(f"- {sentence}" for sentence in seen.sentences)),
        "metrics": _metrics_table(seen.metrics),
        "experiment": dg.MetadataValue.text(experiment.name),
        "decision": dg.MetadataValue.text(seen.decision.value),
        "look": dg.MetadataValue.int(seen.number),
        "planned_units": dg.MetadataValue.int(seen.planned),
        "rows": dg.MetadataValue.int(counts.rows),
        "rows_left_out": dg.MetadataValue.int(counts.rows - counts.analysed),
    }
    metadata |= {f"units_{name}": dg.MetadataValue.int(count) for name, count in seen.units.items()}
    if seen.segments:
        metadata["segments"] = _segments_table(seen)
    return metadata | dict(experiment_pictures(experiment, seen, looks))


def experiment_pictures(
    experiment: Experiment, seen: Analysis, looks: Sequence[Look]
) -> Iterator[tuple[str, dg.MarkdownMetadataValue]]:
    """Yield what can be drawn of an experiment."""
    design, title = experiment.design, headline(experiment, seen)
    over = effects_over_looks(experiment, looks)
    if any(over.values()):
        direction = design.metric.direction or "higher"
        png = effect_over_looks(over, metric=design.metric.metric, direction=direction, title=title)
        yield "picture_effect", picture(png, "Outside of the grey area, an effect is proved.")
    rows = [*_metric_rows(seen.metrics)]
    if rows:
        png = forest(rows, title=title, across="change against control, in %", percent=True)
        yield "picture_metrics", picture(png, "Every metric; dotted red is a guardrail's margin.")
    parts = [
        Row(_named(f"{item.segment} {item.value}", item.variant, seen), *item.interval)
        for item in seen.segments
        if item.interval is not None
    ]
    if parts:
        across = f"{design.metric.metric}, treatment minus control"
        png = forest(parts, title="By segment (one look, 95 %)", across=across)
        yield "picture_segments", picture(png, "The primary metric in each segment.")
    if any(seen.units.values()):
        ratio = seen.sample_ratio
        said = (
            "Units are divided as planned" if ratio.passed else "Units are NOT divided as planned"
        )
        png = balance(ratio.observed, ratio.expected, title=said, passed=ratio.passed)
        yield "picture_balance", picture(png, ratio.detail)


def headline(experiment: Experiment, seen: Analysis) -> str:
    """Return what happened in a few words."""
    return _HEADLINES[seen.decision].format(
        subjects=" and ".join(seen.subjects), control=experiment.design.control
    )


def effects_over_looks(experiment: Experiment, looks: Sequence[Look]) -> dict[str, list[Seen]]:
    """Return the effect on the primary metric at each look, by treatment."""
    control = experiment.design.control
    over: dict[str, list[Seen]] = {name: [] for name in experiment.design.treatments}
    for look in looks:
        units = look.result["units"]
        for item in look.result["metrics"]:
            if item["role"] == "primary" and item["difference"] is not None:
                total = units[control] + units[item["variant"]]
                over[item["variant"]].append(_seen(total, item))
    return over


def _seen(units: int, item: Mapping[str, Any]) -> Seen:
    interval, z, critical = item["interval"], item["z"], item["critical"]
    needed = None if not z or critical is None else critical * item["difference"] / z
    lower, upper = (None, None) if interval is None else interval[1:]
    return Seen(units, item["difference"], lower, upper, needed)


def _metric_rows(metrics: Sequence[MetricResult]) -> Iterator[Row]:
    many = len({item.variant for item in metrics}) > 1
    for item in metrics:
        if item.relative is None:
            continue
        name = f"{item.metric}, {item.variant}" if many else item.metric
        limit = None
        if item.margin is not None and item.margin_unit == "relative":
            limit = item.margin if item.direction == "lower" else -item.margin
        yield Row(name, *item.relative, verdict=item.verdict, limit=limit)


def _metrics_table(metrics: Sequence[MetricResult]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "metric": item.metric,
                    "role": item.role,
                    "variant": item.variant,
                    "verdict": item.verdict,
                    "control": _number(item.control_value),
                    "treatment": _number(item.value),
                    "difference": _interval(item.interval) or _number(item.difference),
                    "change": _interval(item.relative, percent=True),
                    "adjusted p": _number(item.adjusted_p),
                    "note": item.note,
                }
            )
            for item in metrics
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("metric"),
                dg.TableColumn("role"),
                dg.TableColumn("variant"),
                dg.TableColumn("verdict"),
                dg.TableColumn("control"),
                dg.TableColumn("treatment"),
                dg.TableColumn("difference", description="Holds over all looks so far."),
                dg.TableColumn("change", description="As a part of control's value."),
                dg.TableColumn("adjusted p"),
                dg.TableColumn("note", description="Why nothing can be said."),
            ]
        ),
    )


def _segments_table(seen: Analysis) -> dg.TableMetadataValue:
    checks = {(check.segment, check.variant): check for check in seen.segment_checks}
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "segment": item.segment,
                    "value": item.value,
                    "variant": item.variant,
                    "units": item.units,
                    "difference": _interval(item.interval) or item.note,
                    "paradox": "yes" if checks[item.segment, item.variant].reversed else "no",
                }
            )
            for item in seen.segments
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("segment"),
                dg.TableColumn("value"),
                dg.TableColumn("variant"),
                dg.TableColumn("units", "int"),
                dg.TableColumn("difference", description="95 % of this look alone."),
                dg.TableColumn("paradox", description="Simpson's, over this segment."),
            ]
        ),
    )


def _named(name: str, variant: str, seen: Analysis) -> str:
    return f"{name}, {variant}" if len(seen.units) > 2 else name  # noqa: PLR2004 - one treatment


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"


def _interval(interval: tuple[float, float, float] | None, *, percent: bool = False) -> str:
    if interval is None:
        return ""
    form = "+.2%" if percent else "+.4g"
    estimate, lower, upper = (format(value, form) for value in interval)
    return f"{estimate} ({lower} to {upper})"
