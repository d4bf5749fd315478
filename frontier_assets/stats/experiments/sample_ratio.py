"""Whether the variants got the shares of units that they were meant to get, looked at any time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from frontier_assets.errors import InvalidValueError

_CONCENTRATION = 1_000.0  # prior units: a share of a half is taken to be off by some 1.6 %


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """``p`` may be held against a threshold at every look; ``shares`` are those observed."""

    p: float
    shares: tuple[float, ...]


def sample_ratio(counts: Sequence[int], weights: Sequence[float]) -> SampleRatio:
    """Return how far the ``counts`` of units speak against shares in proportion to ``weights``.

    The evidence is the quotient of two probabilities of the sequence of assignments: under a
    Dirichlet mixture around the intended shares, and under those. If the intended shares are true,
    it exceeds 1 / alpha at any look with a probability of at most alpha; p is its inverse.
    Assumes that each unit is counted once and assigned independently. Without units p is 1.

    Raises:
        InvalidValueError: counts or weights are negative, or do not belong to each other.

    Source: Lindon and Malek (2022), NeurIPS 35, Anytime-valid inference for multinomial count
    data, section 3.
    """
    total, whole = sum(counts), sum(weights)
    if len(counts) != len(weights) or not all(weight > 0 for weight in weights):
        raise InvalidValueError("Weights", weights, "expected one above 0 for each count")
    if min(counts, default=0) < 0:
        raise InvalidValueError("Counts", counts, "expected none below 0")
    evidence = math.lgamma(_CONCENTRATION) - math.lgamma(_CONCENTRATION + total)
    for count, weight in zip(counts, weights, strict=True):
        share = weight / whole
        prior = share * _CONCENTRATION
        evidence += math.lgamma(prior + count) - math.lgamma(prior) - count * math.log(share)
    shares = tuple(count / total if total else 0.0 for count in counts)
    return SampleRatio(math.exp(min(0.0, -evidence)), shares)
