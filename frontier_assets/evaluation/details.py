"""The JSON that an evaluation's pictures and tables are drawn from; the pictures are not stored.

Its keys, each present where the outputs allow it:

- ``confusion``: ``classes`` (names) and ``counts`` (rows are true, columns predicted), of at most
  `MAXIMUM_CLASSES` classes.
- ``clusters``: instead of it for clusters, whose numbers are chance: ``classes`` and ``clusters``
  (names) and ``counts`` (rows are true classes, columns clusters).
- ``reliability``: ``bins`` (see `stats.calibration`) and ``expected_calibration_error``.
- ``residuals``: see `stats.residuals`.
- ``intervals``: by metric the two bounds of its 95 % confidence interval.
- ``row_values``: by metric what the examples contribute to it, see `stats.paired`.
- ``slices``: by slice its ``rows``, ``metrics`` and ``intervals``, see `evaluation.slices`.
- ``sample``: ``of`` how many examples a sample was drawn and by which ``seed``; None for all.
- ``versus``: the ``version`` and ``digest`` that was in production, and by metric the
  ``differences`` from it: estimate, lower and upper bound.
- ``configuration``: the digest of how it was measured, see `evaluation.configuration`.

Sizes do not depend on the number of examples: at most 20 kB for 50 classes, 1 kB for reliability,
6 kB for residuals, and 11 kB of row values per metric.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.calibration import expected_calibration_error, reliability_bins
from frontier_assets.stats.confusion import confusion_counts
from frontier_assets.stats.residuals import QUANTILES, residual_summary

Array = np.ndarray[Any, Any]
MAXIMUM_CLASSES = 50
MAXIMUM_NAME = 40  # characters of a class's name that are kept
_DIGITS = 6  # significant, of what is only drawn


def describe(
    predictions: Mapping[str, Array],
    targets: Array,
    classes: Sequence[str],
    *,
    clustering: bool = False,
) -> dict[str, Any]:
    """Return the details of ``predictions``, as `stats.predictions.predictions_of` gives them.

    With ``clustering`` the labels are numbers of clusters, no classes.

    Raises:
        InvalidValueError: ``classes`` names another number of classes than there are.
    """
    if "values" in predictions:
        return {"residuals": _residuals(predictions["values"], targets)}
    if "texts" in predictions:
        return {}
    probabilities = predictions.get("probabilities")
    labels = predictions["labels"]
    if clustering:
        return _clusters(labels, targets, classes)
    outputs = None if probabilities is None else probabilities.shape[1]
    found = _confusion(labels, targets, classes, outputs)
    if probabilities is not None:
        found |= {"reliability": _reliability(probabilities, targets)}
    return found


def _confusion(
    labels: Array, targets: Array, classes: Sequence[str], outputs: int | None
) -> dict[str, Any]:
    occurring = np.unique(np.concatenate([labels.astype(np.int64), targets.astype(np.int64)]))
    _check_names(classes, outputs, occurring)
    known = outputs or len(classes)
    indices = np.arange(known) if known else occurring
    if len(indices) > MAXIMUM_CLASSES:
        return {}
    names = [str(name)[:MAXIMUM_NAME] for name in classes] or [str(index) for index in indices]
    places, true = (np.searchsorted(indices, side) for side in (labels, targets))
    counts = confusion_counts(places, true, len(indices))
    return {"confusion": {"classes": names, "counts": counts.tolist()}}


def _clusters(labels: Array, targets: Array, classes: Sequence[str]) -> dict[str, Any]:
    found, places = np.unique(labels.astype(np.int64), return_inverse=True)
    known, true = np.unique(targets.astype(np.int64), return_inverse=True)
    _check_names(classes, None, known)
    size = max(len(found), len(known))
    if size > MAXIMUM_CLASSES:
        return {}
    counts = confusion_counts(places, true, size)[: len(known), : len(found)]
    names = [str(classes[index])[:MAXIMUM_NAME] if classes else str(index) for index in known]
    clusters = [str(index) for index in found]
    return {"clusters": {"classes": names, "clusters": clusters, "counts": counts.tolist()}}


def _check_names(classes: Sequence[str], outputs: int | None, occurring: Array) -> None:
    if not classes:
        return
    if outputs is not None and outputs != len(classes):
        raise InvalidValueError(
            "`architecture.classes`",
            list(classes),
            f"expected {outputs} names, as the model has {outputs} outputs; there are "
            f"{len(classes)}",
        )
    if occurring[0] < 0 or occurring[-1] >= len(classes):
        raise InvalidValueError(
            "Class",
            int(occurring[-1] if occurring[0] >= 0 else occurring[0]),
            f"expected 0 to {len(classes) - 1}, as `architecture.classes` has {len(classes)} names",
        )


def _reliability(probabilities: Array, targets: Array) -> dict[str, Any]:
    bins = reliability_bins(probabilities, targets)
    return {
        "bins": [asdict(item) for item in bins],
        "expected_calibration_error": expected_calibration_error(bins),
    }


def _residuals(values: Array, targets: Array) -> dict[str, Any]:
    summary = residual_summary(values, targets)
    return {
        "count": summary.count,
        "mean": summary.mean,
        "deviation": summary.deviation,
        "quantiles": [
            [level, value] for level, value in zip(QUANTILES, summary.quantiles, strict=True)
        ],
        "edges": list(summary.edges),
        "counts": list(summary.counts),
        "points": [[_short(x), _short(y)] for x, y in summary.points],
    }


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
