"""The rates of two variants: of units that did something, out of all."""

import math
from dataclasses import dataclass

from typing_extensions import override

from frontier_assets.stats.experiments.effect import Effect, Estimate
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets.stats.intervals import Interval, wilson_interval


@dataclass(frozen=True, slots=True)
class ProportionEffect(Effect):
    """The difference of two rates: the pooled two-proportion z, and Newcombe's interval.

    Assumes that each unit counts once, as 0 or 1. One variant without scatter is judged, as the
    other tells of it; two are not.

    Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10; the pooled z statistic
    squared is Pearson's (1900) chi-square without correction.
    """

    @property
    @override
    def flaw(self) -> str | None:
        sides = (self.control, self.treatment)
        for name, side in zip(("control", "treatment"), sides, strict=True):
            # The flaw that every unit is alike is left to the pooled rate.
            if side.count < 2 or not math.isfinite(side.value):  # noqa: PLR2004
                return f"{name} {side.flaw}"
            if not 0 <= side.value <= 1:
                return f"{name} has a rate of {side.value:g}, which lies outside 0 to 1"
        return None if 0 < self._pooled < 1 else "every unit of both variants has the same value"

    @property
    @override
    def degrees(self) -> float:
        return math.inf

    @property
    def _pooled(self) -> float:
        sides = (self.control, self.treatment)
        return sum(side.value * side.count for side in sides) / self.units

    @property
    @override
    def z(self) -> float:
        if self.flaw:
            return 0.0
        counts = 1 / self.control.count + 1 / self.treatment.count
        return self.difference / math.sqrt(self._pooled * (1 - self._pooled) * counts)

    @override
    def interval(self, critical: float) -> Interval | None:
        if self.flaw or not math.isfinite(critical):
            return None
        below, above = (
            wilson_interval(round(side.value * side.count), side.count, z=critical)
            for side in (self.control, self.treatment)
        )
        down = math.hypot(above.estimate - above.lower, below.upper - below.estimate)
        up = math.hypot(above.upper - above.estimate, below.estimate - below.lower)
        return Interval(self.difference, self.difference - down, self.difference + up)


def difference_of_proportions(control: Sample, treatment: Sample) -> ProportionEffect:
    """Return the difference of the rates of two samples whose values are 0 and 1."""
    return ProportionEffect(*(_estimate(sample) for sample in (control, treatment)))


def _estimate(sample: Sample) -> Estimate:
    known = sample.count > 0 and 0 <= sample.mean <= 1
    error = math.sqrt(sample.mean * (1 - sample.mean) / sample.count) if known else math.nan
    return Estimate(sample.mean, error, sample.count)
