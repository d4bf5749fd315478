"""The estimate of a group-sequential test that has stopped, freed from what stopping did to it."""

import math
from dataclasses import dataclass

from frontier_assets.stats.experiments.boundaries import exit_probabilities
from frontier_assets.stats.experiments.normal import deviate
from frontier_assets.stats.intervals import Interval


@dataclass(frozen=True, slots=True)
class Stopped:
    """The p-value, and the interval around the median-unbiased estimate, of a stopped test.

    Both are in units of the statistic's drift: its mean at information 1. Times ``error`` and the
    root of the information of the last look, they are in the metric's unit.
    """

    p: float
    drift: Interval


def stopped(
    information: tuple[float, ...], limits: tuple[float, ...], z: float, *, alpha: float = 0.05
) -> Stopped:
    """Return what a test says that stopped with ``z`` at the last ``information``.

    ``limits`` are the bounds of all looks before the last. By the stage-wise order: stopping
    earlier is more extreme. Valid once, when the test stops, where `Judgement.interval` holds at
    every look and is wider.

    Source: Tsiatis, Rosner and Mehta (1984), Biometrics 40:797-803; Jennison and Turnbull (2000),
    Group Sequential Methods with Applications to Clinical Trials, chapter 8.
    """
    from scipy.optimize import brentq

    size, sign = abs(z), math.copysign(1.0, z)

    def above(drift: float) -> float:
        return float(exit_probabilities(information, (*limits, size), drift=drift)[1].sum())

    # No drift farther from the estimate than this is in an interval of this alpha.
    reach = (abs(deviate(alpha / 2)) + size + 8) / math.sqrt(information[0])
    points = [
        sign * float(brentq(lambda drift, at=at: above(drift) - at, -reach, reach, xtol=1e-10))
        for at in (0.5, alpha / 2, 1 - alpha / 2)
    ]
    return Stopped(min(1.0, 2 * above(0.0)), Interval(points[0], *sorted(points[1:])))
