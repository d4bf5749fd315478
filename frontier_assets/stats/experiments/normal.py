"""The standard normal distribution in its tails, where 1 - cdf would lose every digit."""

import math
from statistics import NormalDist

SMALLEST = 5e-324  # the smallest probability that a float holds; its deviate is 38.5
_STANDARD = NormalDist()


def tail(z: float) -> float:
    """Return the probability above ``z``."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def deviate(probability: float) -> float:
    """Return the value above which the normal distribution has this ``probability``, in (0, 1)."""
    return -_STANDARD.inv_cdf(max(probability, SMALLEST))
