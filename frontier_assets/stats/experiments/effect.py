"""The difference of two variants in one metric, its error, and whether it can be judged at all."""

import math
from dataclasses import dataclass

from frontier_assets.stats.experiments.normal import SMALLEST, deviate, tail
from frontier_assets.stats.intervals import Interval

_WIDEST = 100.0  # of half an interval of a logarithm: beyond, nothing is known
_ROUNDING = 1e-9  # a scatter below this part of the value is what summing in floats leaves


@dataclass(frozen=True, slots=True)
class Estimate:
    """A variant's metric with its standard ``error``, both in the metric's unit."""

    value: float
    error: float
    count: int

    @property
    def flaw(self) -> str | None:
        """Why this says nothing about the variant; None if it does."""
        if self.count < 2:  # noqa: PLR2004 - a scatter takes two
            return ("has no units", "has only one unit")[max(self.count, 0)]
        if not math.isfinite(self.value) or not math.isfinite(self.error):
            return "has a value that is no finite number"
        if self.error * math.sqrt(self.count) <= _ROUNDING * abs(self.value):
            return "has the same value in every unit"
        return None


@dataclass(frozen=True, slots=True)
class Effect:
    """How far ``treatment`` lies above ``control``: Welch's statistic for two estimates.

    Assumes that units are independent of each other and that there are enough of them for the two
    values to be nearly normal; variances may differ. When ``flaw`` is not None nothing can be
    concluded, and `z` is 0.

    Source: Welch (1947), Biometrika 34:28-35; Satterthwaite (1946), Biometrics 2:110-114.
    """

    control: Estimate
    treatment: Estimate

    @property
    def flaw(self) -> str | None:
        """Why nothing can be concluded, in words; None if something can."""
        for name, side in (("control", self.control), ("treatment", self.treatment)):
            if side.flaw:
                return f"{name} {side.flaw}"
        return None

    @property
    def difference(self) -> float:
        """Treatment less control."""
        return self.treatment.value - self.control.value

    @property
    def error(self) -> float:
        """The standard error of the difference."""
        return math.hypot(self.control.error, self.treatment.error)

    @property
    def units(self) -> int:
        """The units of both variants."""
        return self.control.count + self.treatment.count

    @property
    def degrees(self) -> float:
        """Satterthwaite's degrees of freedom."""
        return _degrees(self.control, self.treatment, (self.control.error, self.treatment.error))

    @property
    def z(self) -> float:
        """The t statistic as the normal deviate that is as improbable."""
        if self.flaw:
            return 0.0
        from scipy.special import stdtr

        probability = float(stdtr(self.degrees, -abs(self.difference) / self.error))
        return math.copysign(deviate(max(probability, SMALLEST)), self.difference)

    def interval(self, critical: float) -> Interval | None:
        """Return the differences that a ``critical`` normal deviate does not refuse.

        1.96 gives Student's 95 % interval. None if there is none, as for an infinite deviate.
        """
        if self.flaw or not math.isfinite(critical):
            return None
        half = _student(critical, self.degrees) * self.error
        if not math.isfinite(half):
            return None
        return Interval(self.difference, self.difference - half, self.difference + half)

    def relative(self, critical: float) -> Interval | None:
        """Return the change as a part of control's value (0.05 is 5 % more), with its interval.

        By the delta method on the logarithm of the quotient. None where the interval is none, a
        value is not above 0, which has no logarithm, or the interval would reach beyond e^100.

        Source: Katz et al. (1978), Biometrics 34:469-474, for proportions; the same with Welch's
        degrees of freedom for means.
        """
        sides = (self.control, self.treatment)
        if self.flaw or not math.isfinite(critical) or min(side.value for side in sides) <= 0:
            return None
        errors = (self.control.error / self.control.value, self.treatment.error / sides[1].value)
        degrees = _degrees(*sides, errors) if math.isfinite(self.degrees) else math.inf
        half = _student(critical, degrees) * math.hypot(*errors)
        if half > _WIDEST:
            return None
        quotient = self.treatment.value / self.control.value
        return Interval(quotient - 1, *(quotient * math.exp(way) - 1 for way in (-half, half)))


def _degrees(control: Estimate, treatment: Estimate, errors: tuple[float, float]) -> float:
    first, second = (error**2 for error in errors)
    return (first + second) ** 2 / (
        first**2 / (control.count - 1) + second**2 / (treatment.count - 1)
    )


def _student(critical: float, degrees: float) -> float:
    from scipy.special import stdtrit

    return -float(stdtrit(degrees, tail(critical))) if math.isfinite(degrees) else critical
