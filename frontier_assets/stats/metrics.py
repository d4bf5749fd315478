"""The table of metrics, and their computation from a network's outputs."""

import difflib
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, Literal

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metric import Metric

Array = np.ndarray[Any, Any]
OutputsKind = Literal["logits", "probabilities", "labels", "values"]
SUM_TOLERANCE = 1e-3  # of a row of probabilities; half precision sums to within 5e-4 of 1


# What each kind of output can be judged by.
_GIVES: Mapping[OutputsKind, tuple[str, ...]] = {
    "logits": ("labels", "probabilities"),
    "probabilities": ("labels", "probabilities"),
    "labels": ("labels",),
    "values": ("values",),
}
_CLASSIFICATION = "frontier_assets.stats.classification"
_CLUSTERING = "frontier_assets.stats.clustering"
_REGRESSION = "frontier_assets.stats.regression"
_RANKING = "frontier_assets.stats.ranking"
_AUDIO = "frontier_assets.stats.audio"
METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "higher", "fraction", "labels", f"{_CLASSIFICATION}:accuracy"),
        Metric(
            "balanced_accuracy",
            "higher",
            "fraction",
            "labels",
            f"{_CLASSIFICATION}:balanced_accuracy",
            over_classes=True,
        ),
        Metric(
            "f1_macro",
            "higher",
            "fraction",
            "labels",
            f"{_CLASSIFICATION}:f1_macro",
            over_classes=True,
        ),
        Metric(
            "precision_macro",
            "higher",
            "fraction",
            "labels",
            f"{_CLASSIFICATION}:precision_macro",
            over_classes=True,
        ),
        Metric(
            "recall_macro",
            "higher",
            "fraction",
            "labels",
            f"{_CLASSIFICATION}:recall_macro",
            over_classes=True,
        ),
        Metric(
            "log_loss", "lower", "nats", "probabilities", f"{_CLASSIFICATION}:log_loss", high=inf
        ),
        Metric(
            "adjusted_rand",
            "higher",
            "fraction",
            "labels",
            f"{_CLUSTERING}:adjusted_rand",
            low=-0.5,
            over_classes=True,
        ),
        Metric("rmse", "lower", "unit of the target", "values", f"{_REGRESSION}:rmse", high=inf),
        Metric("mae", "lower", "unit of the target", "values", f"{_REGRESSION}:mae", high=inf),
        Metric("r2", "higher", "fraction", "values", f"{_REGRESSION}:r2", low=-inf),
        Metric(
            "perplexity",
            "lower",
            "classes",
            "probabilities",
            f"{_CLASSIFICATION}:perplexity",
            low=1.0,
            high=inf,
        ),
        Metric(
            "roc_auc",
            "higher",
            "fraction",
            "probabilities",
            f"{_CLASSIFICATION}:roc_auc",
            over_classes=True,
        ),
        Metric("precision_at_10", "higher", "fraction", "values", f"{_RANKING}:precision_at_10"),
        Metric("recall_at_10", "higher", "fraction", "values", f"{_RANKING}:recall_at_10"),
        Metric("ndcg_at_10", "higher", "fraction", "values", f"{_RANKING}:ndcg_at_10"),
        Metric(
            "mean_reciprocal_rank",
            "higher",
            "fraction",
            "values",
            f"{_RANKING}:mean_reciprocal_rank",
        ),
        Metric(
            "detection_error_rate",
            "lower",
            "fraction",
            "values",
            f"{_AUDIO}:detection_error_rate",
            high=inf,
        ),
        Metric("si_sdr", "higher", "dB", "values", f"{_AUDIO}:si_sdr", low=-120.0, high=120.0),
    )
}


def metric(name: str, *, outputs_kind: OutputsKind | None = None) -> Metric:
    """Return the named metric, refusing one that ``outputs_kind`` cannot give.

    Raises:
        InvalidValueError: the metric is unknown, or outputs of this kind do not give it.
    """
    if name not in METRICS:
        near = difflib.get_close_matches(name, METRICS, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise InvalidValueError("Metric", name, f"{hint}expected one of {', '.join(METRICS)}")
    found = METRICS[name]
    if outputs_kind and found.needs not in _GIVES[outputs_kind]:
        *others, last = [kind for kind, gives in _GIVES.items() if found.needs in gives]
        wanted = f"{', '.join(others)} or {last}" if others else last
        raise InvalidValueError(
            "Metric", name, f"it needs {wanted} and `architecture.outputs` is {outputs_kind}"
        )
    return found


def compute(
    names: Iterable[str],
    outputs: Array,
    targets: Array,
    *,
    outputs_kind: OutputsKind,
    weights: Array | None = None,
) -> dict[str, float]:
    """Return every named metric of ``outputs`` against ``targets``.

    ``outputs`` is (rows, classes), or (rows,) and (rows, 1) for one score of the second of two
    classes; labels are (rows,) integers, values have the targets' shape. ``targets`` of a
    classification are class indices.

    Raises:
        InvalidValueError: a name, a shape or a value cannot be judged, or a metric is undefined.
    """
    metrics = [metric(name, outputs_kind=outputs_kind) for name in names]
    _check(outputs, targets, weights)
    predictions = predictions_of(outputs, targets, outputs_kind=outputs_kind)
    return {item.name: item(predictions[item.needs], targets, weights) for item in metrics}


def predictions_of(
    outputs: Array, targets: Array, *, outputs_kind: OutputsKind
) -> Mapping[str, Array]:
    """Return what ``outputs`` can be judged as: ``probabilities``, ``labels`` or ``values``.

    Probabilities are (rows, classes) float64 and labels the most probable class.

    Raises:
        InvalidValueError: outputs and targets do not fit each other.
    """
    check_targets(targets, outputs_kind=outputs_kind)
    if outputs_kind == "values":
        return {"values": _values(outputs, targets)}
    if outputs_kind == "labels":
        return {"labels": _labels(outputs)}
    probabilities = _probabilities(outputs, outputs_kind)
    _check_classes(targets, probabilities.shape[1])
    return {"probabilities": probabilities, "labels": probabilities.argmax(axis=1)}


def check_targets(targets: Array, *, outputs_kind: OutputsKind) -> None:
    """Refuse targets that outputs of this kind can never be judged by.

    Raises:
        InvalidValueError: values need numbers, every other kind one class index per example.
    """
    if outputs_kind == "values":
        if targets.dtype.kind not in "iufb":
            raise InvalidValueError("Targets", str(targets.dtype), "expected numbers")
    elif targets.ndim != 1 or targets.dtype.kind not in "iub":
        raise InvalidValueError(
            "Targets",
            f"{targets.dtype}{targets.shape}",
            "expected one integer class per example: indices from 0, with the names as "
            "`architecture.classes`",
        )


def _check(outputs: Array, targets: Array, weights: Array | None) -> None:
    if outputs.ndim == 0 or len(outputs) != len(targets) or len(targets) == 0:
        raise InvalidValueError(
            "Outputs shape", outputs.shape, f"expected {len(targets)} rows, at least one"
        )
    if not np.isfinite(outputs).all():
        row = int(np.argwhere(~np.isfinite(outputs))[0][0])
        raise InvalidValueError(
            f"Output in row {row}", outputs[row].tolist(), "expected finite numbers"
        )
    if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise InvalidValueError("Weights", weights.tolist(), "expected non-negative numbers")
    if weights is not None and not weights.any():
        raise InvalidValueError("Weights", weights.tolist(), "expected at least one above 0")


def _probabilities(outputs: Array, kind: str) -> Array:
    """Return (rows, classes) float64 probabilities whose rows sum to 1."""
    scores = outputs.astype(np.float64)
    if scores.ndim > 2 or scores.size == 0:  # noqa: PLR2004 - rows and classes
        raise InvalidValueError("Outputs shape", outputs.shape, "expected (rows, classes)")
    single = scores.ndim == 1 or scores.shape[1] == 1
    if kind == "logits":
        # The sigmoid of one logit is the softmax of it and 0.
        scores = np.column_stack([np.zeros(len(scores)), scores]) if single else scores
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    scores = np.column_stack([1.0 - scores.ravel(), scores]) if single else scores
    sums = scores.sum(axis=1, keepdims=True)
    wrong = (scores < 0).any(axis=1) | (np.abs(sums[:, 0] - 1.0) > SUM_TOLERANCE)
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidValueError(
            f"Probabilities in row {row}",
            outputs[row].tolist(),
            "expected numbers from 0 to 1 with the sum 1; if these are logits, say so in "
            "`architecture.outputs`",
        )
    return np.asarray(scores / sums)


def _check_classes(targets: Array, classes: int) -> None:
    if targets.min() < 0 or targets.max() >= classes:
        raise InvalidValueError(
            "Target classes",
            (int(targets.min()), int(targets.max())),
            f"expected 0 to {classes - 1}, as the network has {classes} outputs",
        )


def _labels(outputs: Array) -> Array:
    if outputs.ndim != 1 or outputs.dtype.kind not in "iub":
        raise InvalidValueError(
            "Output labels",
            f"{outputs.dtype}{outputs.shape}",
            "expected one integer class per example",
        )
    return outputs


def _values(outputs: Array, targets: Array) -> Array:
    values = outputs.reshape(targets.shape) if outputs.size == targets.size else outputs
    if values.shape != targets.shape:
        raise InvalidValueError(
            "Outputs shape", outputs.shape, f"expected numbers of the targets' {targets.shape}"
        )
    if not np.isfinite(targets).all():
        raise InvalidValueError("Targets", "NaN or infinity", "expected finite numbers")
    return values
