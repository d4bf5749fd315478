"""One look, at the planned number of units."""

from frontier_assets.stats.experiments.normal import deviate, tail
from frontier_assets.stats.experiments.plan import Looks, Plan, Rule


def fixed(z: float, plan: Plan, looks: Looks) -> Rule:
    """Return the test of a single look; before its time nothing is concluded.

    A second look at the planned number or later would be a second chance, so that only the first
    counts. Source: Neyman and Pearson (1933), Philosophical Transactions A 231:289-337.
    """
    units = looks.units[-1]
    if units < plan.planned and not looks.final:
        reason = f"a fixed-horizon test waits for all units: {units} of {plan.planned} are there"
        return Rule(flaw=reason)
    times = looks.apart(plan)
    if len(times) > 1 and times[-2] >= plan.planned:
        return Rule(flaw=f"the one look was at {times[-2]} units, of {plan.planned} planned")
    return Rule(deviate(plan.alpha / 2), 2 * tail(abs(z)))
