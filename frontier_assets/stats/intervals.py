"""Confidence intervals in closed form, so that they repeat to the last digit: 95 %, two-sided."""

import math
from typing import Any, NamedTuple

import numpy as np

from frontier_assets.errors import InvalidValueError

Array = np.ndarray[Any, Any]
CONFIDENCE = 0.95
_Z = 1.959963984540054  # the 0.975 quantile of the standard normal distribution


class Interval(NamedTuple):
    """An estimate between the bounds of its interval, all in the unit of what is estimated."""

    estimate: float
    lower: float
    upper: float

    @property
    def shown(self) -> str:
        """The sentence for a difference, with its sign."""
        low, high = (f"{bound:+.4g}" for bound in (self.lower, self.upper))
        return f"difference {self.estimate:+.4g} (95 % from {low} to {high})"


def wilson_interval(successes: int, count: int, *, z: float = _Z) -> Interval:
    """Return the score interval of a proportion; never empty and never outside 0 to 1.

    ``z`` is the normal deviate of its confidence. Assumes independent examples. At 0 and at all
    successes it still has a width, unlike Wald's.

    Raises:
        InvalidValueError: there are no examples, or more successes than examples.

    Source: Wilson (1927), Journal of the American Statistical Association 22:209-212.
    """
    if count < 1 or not 0 <= successes <= count:
        raise InvalidValueError("Successes", successes, f"expected 0 to {count}, of at least 1")
    rate = successes / count
    weight = 1 + z**2 / count
    centre = (rate + z**2 / (2 * count)) / weight
    half = z / weight * math.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
    return Interval(rate, min(rate, max(0.0, centre - half)), max(rate, min(1.0, centre + half)))


def mean_interval(values: Array) -> Interval | None:
    """Return Student's interval of a mean; None for fewer than two values, which show no scatter.

    Assumes independent values, and as many that their mean is nearly normal. Equal values give an
    interval without width.

    Source: Student (1908), Biometrika 6:1-25.
    """
    from scipy.special import stdtrit

    count = len(values)
    if count < 2:  # noqa: PLR2004 - a scatter takes two
        return None
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(count)
    half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2)) * error
    return Interval(mean, mean - half, mean + half)


def median_interval(values: Array) -> Interval | None:
    """Return an interval of a median from the order of the values; None for fewer than six.

    Assumes nothing of their distribution but that they are independent: one wild value moves no
    bound. The confidence is at least 95 %.

    Source: Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    from scipy.special import bdtr

    count = len(values)
    skipped = -1
    while bdtr(skipped + 1, count, 0.5) <= (1 - CONFIDENCE) / 2:
        skipped += 1
    if skipped < 0:
        return None
    ordered = np.sort(values)
    bounds = float(ordered[skipped]), float(ordered[count - 1 - skipped])
    return Interval(float(np.median(ordered)), *bounds)
