"""Mann and Whitney's test: does one variant tend to larger values, whatever their distribution."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from frontier_assets.stats.experiments.normal import tail

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class RankTest:
    """``superiority`` is the chance that a unit of treatment lies above one of control.

    ``p`` is two-sided and for one look at the end only; 1 where ``flaw`` says why there is none.
    """

    superiority: float
    p: float
    flaw: str | None = None


def mann_whitney(control: Array, treatment: Array) -> RankTest:
    """Return the test of equal distributions against one that tends to larger values.

    Needs every value, not their sums. Assumes independent units. Ties share their ranks; values
    that are all equal, too few, or not finite give no result.

    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18:50-60, by the normal
    approximation with corrections for ties and continuity.
    """
    for name, values in (("control", control), ("treatment", treatment)):
        if len(values) < 2:  # noqa: PLR2004 - a scatter takes two
            return RankTest(math.nan, 1.0, f"{name} has fewer than two units")
        if not np.isfinite(values).all():
            return RankTest(math.nan, 1.0, f"{name} has a value that is no finite number")
    values, places, ties = np.unique(
        np.concatenate([control, treatment]), return_inverse=True, return_counts=True
    )
    if len(values) == 1:
        return RankTest(0.5, 1.0, "every unit of both variants has the same value")
    total, pairs = len(places), len(control) * len(treatment)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[places]
    above = float(ranks[len(control) :].sum()) - len(treatment) * (len(treatment) + 1) / 2
    tied = float((ties.astype(float) ** 3 - ties).sum()) / (total * (total - 1))
    error = math.sqrt(pairs / 12 * (total + 1 - tied))
    z = max(0.0, abs(above - pairs / 2) - 0.5) / error
    return RankTest(above / pairs, 2 * tail(z))
