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
from frontier_assets.stats.metrics import compute, metric
from frontier_assets.stats.paired import packed
from frontier_assets.stats.predictions import OutputsKind, predictions_of
from frontier_assets.stats.tokens import by_example, flattened


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
    check_metrics(metrics, outputs_kind)  # before the predictions, which may take long
    outputs = predictor.predict(dataset.inputs)
    rows = len(dataset)
    _check_outputs(predictor.source, outputs, rows=rows, outputs_kind=outputs_kind)
    try:
        outputs, dataset, examples = _judged(outputs, dataset, outputs_kind)
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
        **_scatter(metrics, predictions, dataset, examples),
        "slices": measured_slices(
            metrics,
            predictions,
            dataset,
            classes=classes if by_class else None,
            wanted=slices,
            examples=examples,
        ),
    }
    return EvaluationResult(metrics=found, rows=rows, details=details)


def check_metrics(metrics: Sequence[str], outputs_kind: OutputsKind) -> None:
    """Refuse no metrics at all, and those that such outputs do not give."""
    if not metrics:
        raise InvalidValueError("Metrics", list(metrics), "expected at least one name")
    for name in metrics:
        metric(name, outputs_kind=outputs_kind)


def _judged(
    outputs: Array, dataset: Dataset, outputs_kind: OutputsKind
) -> tuple[Array, Dataset, Array | None]:
    """Return the outputs, their data set, and of sequences each token as a row, by its example."""
    judged = flattened(outputs, dataset.targets, dataset.weights, outputs_kind=outputs_kind)
    if judged.examples is None or not len(judged.examples):
        return outputs, dataset, None
    segments = {name: labels[judged.examples] for name, labels in dataset.segments.items()}
    inputs = {"example": judged.examples}
    tokens = Dataset(inputs, judged.targets, segments=segments, weights=judged.weights)
    return judged.outputs, tokens, judged.examples


def _scatter(
    metrics: Sequence[str],
    predictions: Mapping[str, Array],
    dataset: Dataset,
    examples: Array | None,
) -> dict[str, Any]:
    """Return the interval of each metric, and what each example contributes to it."""
    intervals, kept = {}, {}
    for name in metrics:
        item = metric(name)
        rows = item.rows(predictions[item.needs], dataset.targets, dataset.weights)
        rows = by_example(rows, examples)
        kept[name] = packed(rows)
        if (interval := item.interval(rows)) is not None:
            intervals[name] = [interval.lower, interval.upper]
    return {"intervals": intervals, "row_values": kept}


def _check_outputs(source: str, outputs: Array, *, rows: int, outputs_kind: OutputsKind) -> None:
    if outputs.ndim == 0 or len(outputs) != rows:
        raise InvalidValueError(
            f"Output of {source} with shape", outputs.shape, f"expected {rows} rows"
        )
    kinds, expected = ("U", "texts") if outputs_kind == "texts" else ("iufb", "numbers")
    if outputs.dtype.kind not in kinds:
        raise InvalidValueError(
            f"Output of {source} with dtype", str(outputs.dtype), f"expected {expected}"
        )
    if outputs_kind == "texts":
        return
    wrong = ~np.isfinite(outputs.reshape(rows, -1)).all(axis=1)
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidValueError(
            f"Output of {source} for example {row}",
            outputs[row].tolist(),
            f"expected finite numbers; {int(wrong.sum())} of {rows} examples have others",
        )
