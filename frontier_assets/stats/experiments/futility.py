"""Whether it is worth going on: the chance that a running experiment still proves its effect."""

import math

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.judgement import METHODS
from frontier_assets.stats.experiments.normal import tail
from frontier_assets.stats.experiments.plan import Looks, Plan


def conditional_power(
    effect: Effect, plan: Plan, looks: Looks, *, method: str, minimum_effect: float
) -> float | None:
    """Return the chance to prove treatment better at the planned end, given what was seen.

    Assumes that from now on the true difference is ``minimum_effect``, in the metric's unit and
    with the sign of what is better, and that units go on to scatter as they did. Looks before the
    end are left out, which makes the chance a little too low. To stop below a threshold is
    non-binding: the bounds do not count on it, so that going on keeps alpha; power falls from
    1 - beta to no less than 1 - beta / (1 - threshold). None where nothing can be concluded, and
    from the planned end on.

    Raises:
        InvalidValueError: the minimum effect is 0.

    Source: Lan, Simon and Halperin (1982), Sequential Analysis 1:207-219; Lachin (2005),
    Statistics in Medicine 24:2747-2764.
    """
    if not minimum_effect:
        raise InvalidValueError("Minimum effect", minimum_effect, "expected one that is not 0")
    if effect.flaw or looks.flaw or looks.units[-1] >= plan.planned:
        return None
    end = METHODS[method](0.0, plan, Looks([*looks.units, plan.planned], final=True))
    part = looks.units[-1] / plan.planned
    # In units of the statistic at the end; the sign turns towards what is better.
    sign = math.copysign(1.0, minimum_effect)
    whole = sign * minimum_effect / (effect.error * math.sqrt(part))
    expected = sign * effect.z * math.sqrt(part) + whole * (1 - part)
    return tail((end.critical - expected) / math.sqrt(1 - part))
