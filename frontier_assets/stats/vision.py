"""Metrics of pictures: the first five classes, and masks of what is seen."""

from typing import Any

import numpy as np

from frontier_assets.stats.influence import mean_rows, ratio_rows

Array = np.ndarray[Any, Any]
_TOP = 5
_INSIDE = 0.5  # a pixel above it belongs to the mask


def top_5_accuracy(probabilities: Array, targets: Array, weights: Array | None) -> float:
    """Return the fraction of examples whose class is among the five most probable."""
    return float(top_5_accuracy_rows(probabilities, targets, weights).mean())


def top_5_accuracy_rows(probabilities: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to `top_5_accuracy`."""
    first = np.argsort(-probabilities, axis=1, kind="stable")[:, :_TOP]
    return mean_rows((first == targets[:, None]).any(axis=1), weights)


def mask_iou(masks: Array, targets: Array, weights: Array | None) -> float:
    """Return the pixels in both masks over those in either, of all pictures; NaN without any.

    ``masks`` and ``targets`` are (rows, height, width), inside where they are above 0.5.

    Source: Everingham et al. (2010), The PASCAL Visual Object Classes Challenge, section 4.3.
    """
    if not (targets > _INSIDE).any() and not (masks > _INSIDE).any():
        return float("nan")
    return float(mask_iou_rows(masks, targets, weights).mean())


def mask_iou_rows(masks: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each picture contributes to `mask_iou`."""
    rows = len(targets)
    found, true = (side.reshape(rows, -1) > _INSIDE for side in (masks, targets))
    both, either = (found & true).sum(axis=1), (found | true).sum(axis=1)
    return ratio_rows(both.astype(np.float64), either.astype(np.float64), weights)
