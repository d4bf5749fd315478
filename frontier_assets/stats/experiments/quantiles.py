"""Quantiles of two variants, such as the 95th percentile of latency, by their outer interval.

A quantile has no sum to keep, so that the data are asked twice: for the share of rows at or below
the quantile, unit by unit, and for the values at the two ranks that `outer_ranks` names.
"""

import math
from dataclasses import dataclass

from frontier_assets.stats.experiments.effect import Effect, Estimate
from frontier_assets.stats.experiments.means import linearised
from frontier_assets.stats.experiments.sample import Sample

_Z = 1.959963984540054  # the outer interval is that of 95 %


@dataclass(frozen=True, slots=True)
class QuantileSample:
    """A variant's quantile, and the values at the ``lower`` and ``upper`` of its outer ranks."""

    count: int
    value: float
    lower: float
    upper: float


def outer_ranks(quantile: float, below: Sample) -> tuple[float, float]:
    """Return the two ranks, as fractions of the rows, whose values enclose the quantile.

    ``below`` counts each unit's rows at or below the quantile; its denominator counts the unit's
    rows, so that rows of one unit may depend on each other. Without a denominator a unit is a row.
    Both are the ``quantile`` itself where nothing is known of the scatter, which then has no width.

    Source: Woodruff (1952), JASA 47:635-646; for units of several rows Deng, Knoblich and Lu
    (2018), KDD, on percentile metrics.
    """
    share = linearised(below)
    if share.count < 1 or not share.variance > 0:
        return quantile, quantile
    half = _Z * math.sqrt(share.variance / share.count)
    return max(0.0, quantile - half), min(1.0, quantile + half)


def difference_of_quantiles(control: QuantileSample, treatment: QuantileSample) -> Effect:
    """Return the difference of two quantiles; the outer interval's width is 2 x 1.96 errors.

    Assumes a density above 0 around the quantile, and units by the hundred. Where the values at
    both ranks are one value, as among ties, the effect says that nothing can be concluded.

    Source: Deng, Knoblich and Lu (2018), KDD, on percentile metrics.
    """
    return Effect(
        *(
            Estimate(side.value, (side.upper - side.lower) / (2 * _Z), side.count)
            for side in (control, treatment)
        )
    )
