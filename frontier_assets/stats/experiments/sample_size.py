"""How many units an experiment needs in each variant, and for how long."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.always_valid import always_valid
from frontier_assets.stats.experiments.boundaries import bounds, exit_probabilities
from frontier_assets.stats.experiments.judgement import METHODS
from frontier_assets.stats.experiments.normal import deviate
from frontier_assets.stats.experiments.plan import Looks, Plan
from frontier_assets.stats.experiments.spending import SPENDING

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class SampleSize:
    """``per_arm`` units for each variant, by the ``formula`` that is named."""

    per_arm: int
    formula: str


def units_for_proportions(
    baseline: float, effect: float, *, alpha: float = 0.05, power: float = 0.8
) -> SampleSize:
    """Return the units per variant to prove that a rate of ``baseline`` changes by ``effect``.

    Raises:
        InvalidValueError: the effect is 0, or a rate, alpha or power lies outside 0 to 1.

    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4.
    """
    _refuse_bounds(effect, alpha, power)
    rates = (baseline, baseline + effect)
    if not all(0 <= rate <= 1 for rate in rates):
        raise InvalidValueError("Rates", rates, "expected both between 0 and 1")
    middle = sum(rates) / 2
    null = math.sqrt(2 * middle * (1 - middle))
    other = math.sqrt(sum(rate * (1 - rate) for rate in rates))
    root = (deviate(alpha / 2) * null + deviate(1 - power) * other) / effect
    return SampleSize(_up(root**2), "pooled two-proportion z test")


def units_for_means(
    variance: float, effect: float, *, alpha: float = 0.05, power: float = 0.8
) -> SampleSize:
    """Return the units per variant to prove that a mean changes by ``effect``.

    ``variance`` is that of one unit, the same in both variants; of a ratio that of
    `means.linearised`, of CUPED that of `cuped.adjusted`.

    Raises:
        InvalidValueError: the effect is 0, the variance not above 0, alpha or power outside 0 to 1.

    Source: van Belle (2008), Statistical Rules of Thumb, chapter 2.
    """
    _refuse_bounds(effect, alpha, power)
    if not 0 < variance < math.inf:
        raise InvalidValueError("Variance", variance, "expected a finite one above 0")
    root = (deviate(alpha / 2) + deviate(1 - power)) / effect
    return SampleSize(_up(2 * variance * root**2), "two-sample z test of means")


def inflation(
    method: str,
    *,
    looks: int,
    alpha: float = 0.05,
    power: float = 0.8,
    spending: str = "obrien_fleming",
) -> float:
    """Return how many times the units of a fixed horizon a ``method`` needs for its power.

    It is the square of the quotient of two drifts: that at which some of the ``looks``, spread
    evenly, proves the effect with this power, by that at which a single look does. For
    ``always_valid`` it is what one look at the end would need, so that earlier ones only add power.

    Raises:
        InvalidValueError: there is no such method or spending, there are no looks, alpha or power
            lies outside 0 to 1, or the power is no more than alpha.

    Source: Jennison and Turnbull (2000), Group Sequential Methods with Applications to Clinical
    Trials, sections 2.2 and 7.2.
    """
    if method not in METHODS:
        raise InvalidValueError("Method", method, f"expected one of {list(METHODS)}")
    if looks < 1:
        raise InvalidValueError("Looks", looks, "expected at least 1")
    _refuse_errors(alpha, power)
    plan = Plan(planned=1_000_000, alpha=alpha, spending=spending)
    single = deviate(alpha / 2) + deviate(1 - power)
    if method == "fixed":
        return 1.0
    if method == "always_valid":
        critical = always_valid(0.0, plan, Looks([plan.planned])).critical
        return ((critical + deviate(1 - power)) / single) ** 2
    return (_drift(looks, alpha, power, spending) / single) ** 2


@lru_cache(maxsize=64)
def _drift(looks: int, alpha: float, power: float, spending: str) -> float:
    """Return the mean of the deviate at the end of which some look proves it with this power."""
    from scipy.optimize import brentq

    times = tuple((look + 1) / looks for look in range(looks))
    limits = bounds(times, tuple(SPENDING[spending](time, alpha) for time in times))

    def lacking(drift: float) -> float:
        return float(exit_probabilities(times, limits, drift=drift)[1].sum()) - power

    # No less than a single look needs, and no more than the last one would need alone.
    least, most = (bound + deviate(1 - power) for bound in (deviate(alpha / 2), limits[-1]))
    return float(brentq(lacking, least - _ROUNDING, most + _ROUNDING))


def days(per_arm: int, *, units_per_day: float, shares: Sequence[float]) -> int:
    """Return the days until every treatment tells as much as ``per_arm`` units a variant would.

    ``shares`` are control's and those of the treatments. Where they are uneven, that is when
    `plan.even_units` of control and treatment are twice ``per_arm``.

    Raises:
        InvalidValueError: no units come, or a variant gets none of them.
    """
    if not (units_per_day > 0 and min(shares, default=0.0) > 0):
        raise InvalidValueError("Units per day", units_per_day, "expected some for every variant")
    control, *treatments = shares
    rarest = min(treatments)
    daily = units_per_day * 2 * control * rarest / (control + rarest)
    return math.ceil(per_arm / daily - _ROUNDING)


def _up(units: float) -> int:
    return max(2, math.ceil(units - _ROUNDING))


def _refuse_bounds(effect: float, alpha: float, power: float) -> None:
    if not effect or not math.isfinite(effect):
        raise InvalidValueError("Effect", effect, "expected a finite one that is not 0")
    _refuse_errors(alpha, power)


def _refuse_errors(alpha: float, power: float) -> None:
    for name, value in (("Alpha", alpha), ("Power", power)):
        if not 0 < value < 1:
            raise InvalidValueError(name, value, "expected a number between 0 and 1")
    if power <= alpha:
        expected = f"expected more than alpha, {alpha:g}, which is reached without a difference"
        raise InvalidValueError("Power", power, expected)
