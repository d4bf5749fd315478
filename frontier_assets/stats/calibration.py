"""How far a classifier's stated confidence can be believed.

Source: Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks, ICML,
section 2: reliability diagrams and equation 5.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The predictions whose confidence lies in (``lower``, ``upper``].

    ``confidence`` is their mean stated probability, ``accuracy`` the fraction that is right; both
    are fractions of 1, and None where the bin is empty.
    """

    lower: float
    upper: float
    count: int
    confidence: float | None
    accuracy: float | None


def reliability_bins(
    probabilities: Array, targets: Array, *, bins: int = 10
) -> tuple[ReliabilityBin, ...]:
    """Group the examples by the probability of their predicted class, in bins of equal width.

    ``probabilities`` is (rows, classes), ``targets`` (rows,) class indices. A confidence of exactly
    0 joins the lowest bin.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == targets
    edges = np.linspace(0.0, 1.0, bins + 1)
    # `side="left"` closes each bin at its upper edge, as in the paper.
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    return tuple(
        _bin(edges[index], edges[index + 1], confidence[place == index], right[place == index])
        for index in range(bins)
    )


def expected_calibration_error(found: tuple[ReliabilityBin, ...]) -> float:
    """Return the mean distance of accuracy and confidence over the bins, weighted by their counts.

    From 0 (believe every figure) to 1.

    Source: Guo et al. (2017), equation 5.
    """
    total = sum(item.count for item in found)
    return sum(
        item.count / total * abs(item.accuracy - item.confidence)
        for item in found
        if item.accuracy is not None and item.confidence is not None
    )


def _bin(lower: float, upper: float, confidence: Array, right: Array) -> ReliabilityBin:
    count = len(confidence)
    return ReliabilityBin(
        lower=round(float(lower), 12),
        upper=round(float(upper), 12),
        count=count,
        confidence=float(confidence.mean()) if count else None,
        accuracy=float(right.mean()) if count else None,
    )
