"""How much of the error probability may be used up by the time a part of the units has come."""

import math
from collections.abc import Callable, Mapping

from frontier_assets.stats.experiments.normal import deviate, tail

Spending = Callable[[float, float], float]


def obrien_fleming(fraction: float, alpha: float) -> float:
    """Return what is spent of a two-sided ``alpha``: almost nothing early, most at the end.

    Source: Lan and DeMets (1983), Biometrika 70:659-663, alpha*1, half of alpha on each side.
    """
    return 4 * tail(deviate(alpha / 4) / math.sqrt(fraction))


def pocock(fraction: float, alpha: float) -> float:
    """Return what is spent of a two-sided ``alpha``: about the same bound at every look.

    Source: Lan and DeMets (1983), Biometrika 70:659-663, alpha*2.
    """
    return alpha * math.log1p((math.e - 1) * fraction)


SPENDING: Mapping[str, Spending] = {"obrien_fleming": obrien_fleming, "pocock": pocock}
