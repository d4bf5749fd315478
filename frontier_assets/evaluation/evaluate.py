"""The metrics of one predictor on one data set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.evaluation.details import describe
from frontier_assets.evaluation.slices import measured_slices
from frontier_assets.predictors.predictor import Array, Predictor
from frontier_assets.stats.metrics import OutputsKind, compute, metric, predictions_of
from frontier_assets.stats.paired import packed


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Finite metrics by name, over ``rows`` examples.

    ``details`` is JSON that pictures and tables are drawn from, see `evaluation.details`.
    """

    metrics: Mapping[str, float]
    rows: int
    details: Mapping[str, Any] = field(default_factory=dict)


def evaluate(
    predictor: Predictor,
    dataset: Dataset,
    metrics: Sequence[str],
    outputs_kind: OutputsKind,
    *,
    classes: Sequence[str] = (),
    clustering: bool = False,
    slices: Sequence[str] = (),
) -> EvaluationResult:
    """Predict every example and compute the ``metrics``, with the data set's weights if any.

    ``classes`` names the classes by index; without names they are called by their numbers.
    With ``clustering`` the outputs are clusters, which are not the classes of the same numbers.
    ``slices`` are measured however many labels their segment has.

    Raises:
        InvalidValueError: a metric's name, the data or the outputs cannot be judged.
    """
    if not metrics:
        raise InvalidValueError("Metrics", list(metrics), "expected at least one name")
    for name in metrics:  # before the predictions, which may take long
        metric(name, outputs_kind=outputs_kind)
    outputs = predictor.predict(dataset.inputs)
    _check_outputs(predictor.source, outputs, rows=len(dataset))
    try:
        found = compute(
            metrics, outputs, dataset.targets, outputs_kind=outputs_kind, weights=dataset.weights
        )
    except InvalidValueError as error:  # the metrics do not know whose outputs they judge
        raise InvalidValueError(
            f"Output of {predictor.source}: {error.thing}", error.value, error.expected
        ) from error
    predictions = predictions_of(outputs, dataset.targets, outputs_kind=outputs_kind)
    by_class = "labels" in predictions and not clustering
    details = {
        **describe(predictions, dataset.targets, classes, clustering=clustering),
        **_scatter(metrics, predictions, dataset),
        "slices": measured_slices(
            metrics, predictions, dataset, classes=classes if by_class else None, wanted=slices
        ),
    }
    return EvaluationResult(metrics=found, rows=len(dataset), details=details)


def _scatter(
    metrics: Sequence[str], predictions: Mapping[str, Array], dataset: Dataset
) -> dict[str, Any]:
    """Return the interval of each metric, and what each example contributes to it."""
    intervals, kept = {}, {}
    for name in metrics:
        item = metric(name)
        rows = item.rows(predictions[item.needs], dataset.targets, dataset.weights)
        kept[name] = packed(rows)
        if (interval := item.interval(rows)) is not None:
            intervals[name] = [interval.lower, interval.upper]
    return {"intervals": intervals, "row_values": kept}


def _check_outputs(source: str, outputs: Array, *, rows: int) -> None:
    if outputs.ndim == 0 or len(outputs) != rows:
        raise InvalidValueError(
            f"Output of {source} with shape", outputs.shape, f"expected {rows} rows"
        )
    if outputs.dtype.kind not in "iufb":
        raise InvalidValueError(
            f"Output of {source} with dtype", str(outputs.dtype), "expected numbers"
        )
    wrong = ~np.isfinite(outputs.reshape(rows, -1)).all(axis=1)
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidValueError(
            f"Output of {source} for example {row}",
            outputs[row].tolist(),
            f"expected finite numbers; {int(wrong.sum())} of {rows} examples have others",
        )
