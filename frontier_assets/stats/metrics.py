"""The table of metrics, and their computation from a network's outputs."""

import difflib
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metric import Metric
from frontier_assets.stats.predictions import OutputsKind, check_outputs, predictions_of
from frontier_assets.stats.tokens import flattened

Array = np.ndarray[Any, Any]
# What each kind of output can be judged by.
_GIVES: Mapping[OutputsKind, tuple[str, ...]] = {
    "logits": ("labels", "probabilities"),
    "probabilities": ("labels", "probabilities"),
    "labels": ("labels",),
    "values": ("values",),
    "texts": ("texts",),
}
_CLASSIFICATION = "frontier_assets.stats.classification"
_CLUSTERING = "frontier_assets.stats.clustering"
_REGRESSION = "frontier_assets.stats.regression"
_RANKING = "frontier_assets.stats.ranking"
_AUDIO = "frontier_assets.stats.audio"
_TEXTS = "frontier_assets.stats.texts"
_VISION = "frontier_assets.stats.vision"
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
        Metric(
            "normalized_mutual_information",
            "higher",
            "fraction",
            "labels",
            f"{_CLUSTERING}:normalized_mutual_information",
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
        Metric("detection_cost", "lower", "fraction", "values", f"{_AUDIO}:detection_cost"),
        Metric("si_sdr", "higher", "dB", "values", f"{_AUDIO}:si_sdr", low=-120.0, high=120.0),
        Metric(
            "word_error_rate", "lower", "fraction", "texts", f"{_TEXTS}:word_error_rate", high=inf
        ),
        Metric(
            "character_error_rate",
            "lower",
            "fraction",
            "texts",
            f"{_TEXTS}:character_error_rate",
            high=inf,
        ),
        Metric(
            "top_5_accuracy", "higher", "fraction", "probabilities", f"{_VISION}:top_5_accuracy"
        ),
        Metric("mask_iou", "higher", "fraction", "values", f"{_VISION}:mask_iou"),
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
    classes; labels are (rows,) integers, values have the targets' shape, texts are (rows,) strings.
    ``targets`` of a classification are class indices. With one more axis, (rows, tokens, classes),
    every token is judged whose target is not negative.

    Raises:
        InvalidValueError: a name, a shape or a value cannot be judged, or a metric is undefined.
    """
    metrics = [metric(name, outputs_kind=outputs_kind) for name in names]
    outputs, targets, weights, _ = flattened(outputs, targets, weights, outputs_kind=outputs_kind)
    check_outputs(outputs, targets, weights)
    predictions = predictions_of(outputs, targets, outputs_kind=outputs_kind)
    return {item.name: item(predictions[item.needs], targets, weights) for item in metrics}
