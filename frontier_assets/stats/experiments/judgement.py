"""One metric of one treatment at one look: its effect, how sure it is, and what it proves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.comparison import Direction
from frontier_assets.stats.experiments.always_valid import always_valid
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.fixed import fixed
from frontier_assets.stats.experiments.group_sequential import group_sequential
from frontier_assets.stats.experiments.plan import Looks, Plan, Rule
from frontier_assets.stats.intervals import Interval

Method = Callable[[float, Plan, Looks], Rule]
METHODS: Mapping[str, Method] = {
    "group_sequential": group_sequential,
    "always_valid": always_valid,
    "fixed": fixed,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a look at one metric says.

    ``interval`` and ``relative`` hold at ``1 - alpha`` over all looks together, and are None where
    nothing can be said. ``z`` stops at ``critical``. ``flaw`` is the reason why there is no
    conclusion; ``p`` is then 1.
    """

    difference: float
    z: float
    critical: float
    p: float
    interval: Interval | None
    relative: Interval | None
    flaw: str | None

    def better(self, alpha: float, direction: Direction, *, p: float | None = None) -> bool:
        """Return whether treatment is proved better than control at ``alpha``.

        ``p`` is the p-value after a correction for several tests; the judgement's own otherwise.
        """
        proved = self.flaw is None and (self.p if p is None else p) <= alpha
        return proved and (self.z > 0) == (direction == "higher")


def judge(effect: Effect, plan: Plan, looks: Looks, *, method: str) -> Judgement:
    """Return what the present look says of an ``effect`` under a ``method`` of `METHODS`.

    Raises:
        InvalidValueError: there is no such method.
    """
    if method not in METHODS:
        raise InvalidValueError("Method", method, f"expected one of {list(METHODS)}")
    flaw = effect.flaw or looks.flaw
    rule = Rule(flaw=flaw) if flaw else METHODS[method](effect.z, plan, looks)
    return Judgement(
        difference=effect.difference,
        z=effect.z,
        critical=rule.critical,
        p=rule.p,
        interval=effect.interval(rule.critical),
        relative=effect.relative(rule.critical),
        flaw=rule.flaw,
    )


Guarded = Literal["held", "harmed", "open"]


def guardrail(interval: Interval | None, *, margin: float, direction: Direction) -> Guarded:
    """Return whether a treatment keeps within ``margin`` of control: non-inferiority.

    ``interval`` is that of treatment less control, in the unit of the margin (the relative one for
    a relative margin). ``held`` when all of it is a smaller loss than the margin, ``harmed`` when
    all of it is a greater one, ``open`` otherwise and when there is no interval. Of a two-sided
    interval of 95 %, each answer is wrong in at most 2.5 % of cases.

    Raises:
        InvalidValueError: the margin is negative.

    Source: Piaggio et al. (2012), JAMA 308:2594-2604, figure 1.
    """
    if not margin >= 0:
        raise InvalidValueError("Margin", margin, "expected a loss of 0 or more")
    if interval is None:
        return "open"
    gains = (interval.lower, interval.upper)
    worst, best = gains if direction == "higher" else (-gains[1], -gains[0])
    if worst > -margin:
        return "held"
    return "harmed" if best < -margin else "open"
