"""Looks at any time and without a planned end: asymptotic confidence sequences."""

import math

from frontier_assets.stats.experiments.plan import Looks, Plan, Rule


def always_valid(z: float, plan: Plan, looks: Looks) -> Rule:
    """Return the bound of an asymptotic confidence sequence, and its p-value.

    It holds at every number of units at once, also past the planned one, for which it is the
    narrowest. Assumes what makes a mean nearly normal from the first look on: some hundred units
    in each variant, more where values are rare or heavy-tailed.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics
    52:2613-2640 (arXiv 2103.06476), theorem 2.2, and its appendix on rho.
    """
    units = looks.units[-1]
    if units < 1:
        return Rule(flaw="there are no units")
    spread = units * _rho_squared(plan.planned, plan.alpha) + 1
    critical = math.sqrt(2 * spread / (spread - 1) * math.log(math.sqrt(spread) / plan.alpha))
    exponent = z**2 * (spread - 1) / (2 * spread)
    return Rule(critical, min(1.0, math.sqrt(spread) * math.exp(-exponent)))


def _rho_squared(units: int, alpha: float) -> float:
    """Return the variance of the mixture whose sequence is narrowest at so many ``units``."""
    from scipy.special import lambertw

    return float(-lambertw(-(alpha**2) / math.e, k=-1).real - 1) / units
