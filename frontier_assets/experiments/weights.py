"""How often a bandit shows each variant, by what is known of them."""

import math

from frontier_assets.experiments.cells import Aggregate
from frontier_assets.experiments.effects import sample_of
from frontier_assets.specification import ExperimentDesign
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.experiments.bandit import beta_weights, normal_weights
from frontier_assets.stats.experiments.effect import Estimate
from frontier_assets.stats.experiments.means import linearised


def bandit_weights(
    design: ExperimentDesign, aggregate: Aggregate, *, seed: int
) -> dict[str, float]:
    """Return how likely each variant is the best one; nothing for other strategies."""
    if design.strategy != "thompson":
        return {}
    direction: Direction = design.metric.direction or "higher"
    samples = [sample_of(design, design.metric, aggregate, name) for name in design.variants]
    if design.metric.kind == "proportion":
        if not all(0 <= s.mean <= 1 for s in samples if s.count):
            return dict.fromkeys(design.variants, 1 / len(samples))  # no rates: nothing is known
        counts = [(round(s.mean * s.count) if s.count else 0, s.count) for s in samples]
        weights = beta_weights(counts, seed=seed, direction=direction)
    else:
        estimates = [
            Estimate(s.mean, math.sqrt(s.variance / s.count) if s.count else math.nan, s.count)
            for s in map(linearised, samples)
        ]
        weights = normal_weights(estimates, seed=seed, direction=direction)
    return dict(zip(design.variants, weights, strict=True))
