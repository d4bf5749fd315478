"""Users of two variants with clicks, views and what they clicked before: fixed data."""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]


class Side(NamedTuple):
    """One variant, a number per user in each array."""

    clicks: Array
    views: Array
    before: Array


class Users(NamedTuple):
    """Both variants."""

    control: Side
    treatment: Side


def users(*, counts: tuple[int, int] = (900, 1100), lift: float = 0.1, seed: int = 7) -> Users:
    """Return users whose clicks depend on their views and on their clicks before."""
    random = np.random.default_rng(seed)
    return Users(
        *(_side(random, count, rise) for count, rise in zip(counts, (0, lift), strict=True))
    )


def _side(random: np.random.Generator, count: int, lift: float) -> Side:
    liking = random.gamma(2.0, 0.1, count)
    views = 1 + random.poisson(6, count).astype(float)
    before = random.poisson(7 * liking).astype(float)
    return Side(random.poisson(views * liking * (1 + lift)).astype(float), views, before)
