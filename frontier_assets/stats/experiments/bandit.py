"""Thompson sampling: how often each variant should be shown, given what is known of them.

Variants that are chosen by their results have no fixed-horizon p-values: none are given.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.experiments.effect import Estimate

Array = np.ndarray[Any, Any]
_DRAWS = 20_000


def beta_weights(
    counts: Sequence[tuple[int, int]], *, seed: int, direction: Direction = "higher"
) -> tuple[float, ...]:
    """Return the probability of each variant to have the best rate.

    ``counts`` are successes and units; the prior is uniform, so that without units all weigh the
    same but for the draws. Equal arguments give equal weights.

    Raises:
        InvalidValueError: a variant has more successes than units, or fewer than none.

    Source: Thompson (1933), Biometrika 25:285-294.
    """
    for successes, units in counts:
        if not 0 <= successes <= units:
            raise InvalidValueError("Successes", successes, f"expected 0 to {units}")
    random = np.random.default_rng(seed)
    draws = [random.beta(1 + won, 1 + units - won, _DRAWS) for won, units in counts]
    return _shares(np.stack(draws), direction)


def normal_weights(
    estimates: Sequence[Estimate], *, seed: int, direction: Direction = "higher"
) -> tuple[float, ...]:
    """Return the probability of each variant to have the best mean, under a flat prior.

    While one variant's estimate has a flaw, all weigh the same: it has yet to be shown.

    Source: Agrawal and Goyal (2013), AISTATS, for normal posteriors.
    """
    if any(estimate.flaw for estimate in estimates):
        return (1 / len(estimates),) * len(estimates)
    random = np.random.default_rng(seed)
    draws = [random.normal(side.value, side.error, _DRAWS) for side in estimates]
    return _shares(np.stack(draws), direction)


def _shares(draws: Array, direction: Direction) -> tuple[float, ...]:
    best = draws.argmax(axis=0) if direction == "higher" else draws.argmin(axis=0)
    return tuple((np.bincount(best, minlength=len(draws)) / draws.shape[1]).tolist())
