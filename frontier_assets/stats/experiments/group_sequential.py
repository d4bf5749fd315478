"""Looks at any time within a planned number of units: Lan and DeMets' bounds."""

from frontier_assets.stats.experiments.boundaries import bounds
from frontier_assets.stats.experiments.normal import deviate, tail
from frontier_assets.stats.experiments.plan import Looks, Plan, Rule
from frontier_assets.stats.experiments.spending import SPENDING

_LEAST_P = 1e-12  # a p-value is not searched for below this
_ROUNDING = 1e-9  # of a bound


def group_sequential(z: float, plan: Plan, looks: Looks) -> Rule:
    """Return the Lan-DeMets bound of this look, and its repeated p-value.

    The time of a look is its units by the planned ones; at the planned number, or at a final look,
    everything that is left of alpha is spent, after which nothing can be concluded. The p-value is
    the least alpha whose bound the statistic reaches. Assumes that when to look does not depend on
    what was seen, and units whose values do not change once they are counted.

    Source: Lan and DeMets (1983), Biometrika 70:659-663; Jennison and Turnbull (2000), Group
    Sequential Methods with Applications to Clinical Trials, chapters 7 and 9.
    """
    times = looks.apart(plan)
    if not times:
        return Rule(flaw="there are no units")
    if len(times) > 1 and times[-2] >= plan.planned:
        return Rule(flaw=f"all of alpha was spent at {times[-2]} units, of {plan.planned} planned")
    return Rule(
        critical=_critical(plan, times, plan.alpha, final=looks.final),
        p=_repeated_p(abs(z), plan, times, final=looks.final),
    )


def _critical(plan: Plan, times: tuple[int, ...], alpha: float, *, final: bool) -> float:
    """Return the bound of the last look in a test of this ``alpha``."""
    spend = SPENDING[plan.spending]
    spent = [spend(min(1.0, units / plan.planned), alpha) for units in times]
    if final:
        spent[-1] = alpha
    return bounds(tuple(map(float, times)), tuple(spent))[-1]


def _repeated_p(z: float, plan: Plan, times: tuple[int, ...], *, final: bool) -> float:
    from scipy.optimize import brentq

    def excess(single: float) -> float:
        return _critical(plan, times, 2 * tail(single), final=final) - z

    # Searched for as the bound that a single look would have: no bound is lower than that, and
    # the one changes almost evenly with the other.
    low, high = _ROUNDING, min(z + _ROUNDING, deviate(_LEAST_P / 2))
    if excess(low) >= 0:
        return 1.0
    return 2 * tail(brentq(excess, low, high, xtol=1e-8)) if excess(high) > 0 else _LEAST_P
