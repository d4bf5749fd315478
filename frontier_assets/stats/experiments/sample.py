"""What the statistics need to know of one metric in one variant: counts, means and variances."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Companion:
    """A second number of each unit; ``covariance`` is that with the metric's value."""

    mean: float
    variance: float
    covariance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sufficient statistics of one metric in one variant, over its ``count`` units.

    ``variance`` and every covariance divide by ``count - 1``. A ratio has a ``denominator``, the
    other number that is summed per unit; CUPED uses a ``covariate``, known before the unit was
    assigned. ``cross`` is the covariance of those two where both are there.
    """

    count: int
    mean: float
    variance: float
    denominator: Companion | None = None
    covariate: Companion | None = None
    cross: float = 0.0

    @classmethod
    def of(
        cls, values: Array, *, denominators: Array | None = None, covariates: Array | None = None
    ) -> Self:
        """Return the statistics of arrays that hold one number for each unit.

        Without units the mean, and with fewer than two the variance, is not a number: `Effect`
        says so and nobody wins.
        """
        return cls(
            count=len(values),
            mean=float(np.mean(values)) if len(values) else math.nan,
            variance=_covariance(values, values),
            denominator=_companion(values, denominators),
            covariate=_companion(values, covariates),
            cross=0.0
            if denominators is None or covariates is None
            else _covariance(denominators, covariates),
        )


def _companion(values: Array, other: Array | None) -> Companion | None:
    if other is None:
        return None
    mean = float(np.mean(other)) if len(other) else math.nan
    return Companion(mean, _covariance(other, other), _covariance(values, other))


def _covariance(first: Array, second: Array) -> float:
    if len(first) < 2:  # noqa: PLR2004 - a scatter takes two
        return math.nan
    products = (first - np.mean(first)) * (second - np.mean(second))
    return float(products.sum()) / (len(first) - 1)
