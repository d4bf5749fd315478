"""Pictures as metadata: Dagster shows PNG files in Markdown, and nothing else that draws."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from frontier_assets.plots.confusion import confusion_matrix
from frontier_assets.plots.curves import learning_curves, metrics_over_versions
from frontier_assets.plots.reliability import reliability_diagram
from frontier_assets.plots.residuals import residual_plots
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.stats.metrics import METRICS
from frontier_assets.types import Checkpoint

Metadata = dict[str, dg.MetadataValue[Any]]


def picture(png: bytes, caption: str) -> dg.MarkdownMetadataValue:
    """Return a picture with its caption."""
    data = base64.b64encode(png).decode("ascii")
    return dg.MetadataValue.md(f"{caption}\n\n![{caption}](data:image/png;base64,{data})")


def detail_pictures(details: Mapping[str, Any]) -> Iterator[tuple[str, dg.MarkdownMetadataValue]]:
    """Yield what can be drawn from an evaluation's details."""
    if confusion := details.get("confusion"):
        png = confusion_matrix(confusion["counts"], confusion["classes"])
        yield "picture_confusion", picture(png, "Which class was taken for which.")
    if clusters := details.get("clusters"):
        png = confusion_matrix(
            clusters["counts"], clusters["classes"], clusters=clusters["clusters"]
        )
        yield "picture_clusters", picture(png, "Which cluster holds which class.")
    if reliability := details.get("reliability"):
        bins = [
            (item["lower"], item["upper"], item["count"], item["confidence"], item["accuracy"])
            for item in reliability["bins"]
        ]
        png = reliability_diagram(bins, reliability["expected_calibration_error"])
        yield "picture_calibration", picture(png, "How far the stated confidence can be believed.")
    if residuals := details.get("residuals"):
        png = residual_plots(residuals["points"], residuals["edges"], residuals["counts"])
        yield "picture_residuals", picture(png, "How far predictions lie from the truth.")


def versions_picture(
    evaluations: Sequence[Evaluation], metrics: Sequence[str], *, held: str | None
) -> dg.MarkdownMetadataValue:
    """Return the metrics of each version on one data set, oldest first."""
    png = metrics_over_versions(
        [item.version for item in evaluations],
        {name: [item.metrics.get(name) for item in evaluations] for name in metrics},
        better={name: METRICS[name].direction for name in metrics},
        held=held,
    )
    return picture(png, "Each version on this data set.")


def training_picture(
    saved: Sequence[Checkpoint],
    logged: Mapping[int, Mapping[str, float]],
    *,
    chosen_step: int | None,
) -> dg.MarkdownMetadataValue | None:
    """Return the metrics over a run's steps; None when nothing was measured.

    ``logged`` has, by the step of the checkpoint that followed, what the run only logged.
    """
    curves: dict[str, list[tuple[float, float]]] = {}
    for checkpoint in sorted(saved, key=lambda item: item.step):
        measured = {**logged.get(checkpoint.step, {}), **checkpoint.metrics}
        for name, value in measured.items():
            curves.setdefault(name, []).append((checkpoint.step, value))
    if not curves:
        return None
    return picture(learning_curves(curves, chosen_step=chosen_step), "Metrics by training step.")
