"""Experiments that are simulated by the thousand and looked at fifty times each."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from frontier_assets.stats.experiments.judgement import METHODS
from frontier_assets.stats.experiments.plan import Looks, Plan

Array = np.ndarray[Any, Any]
LOOKS = 50
_TOGETHER = 200  # experiments that are drawn at once, which bounds the memory
_SINGLE = np.float32


class Metric(NamedTuple):
    """How a unit's value is drawn, how it scatters, and units per variant from look to look."""

    draw: Callable[[np.random.Generator, tuple[int, ...]], Array]
    deviation: float
    step: int


METRICS: Mapping[str, Metric] = {
    "normal": Metric(lambda random, size: random.standard_normal(size, _SINGLE), 1.0, 40),
    "bernoulli": Metric(
        lambda random, size: (random.random(size, _SINGLE) < 0.02).astype(_SINGLE), 0.14, 200
    ),
    "log-normal": Metric(
        lambda random, size: np.exp(random.standard_normal(size, _SINGLE)), 2.161197, 100
    ),
}


class Sums(NamedTuple):
    """Units, means and variances of one variant: experiments by looks."""

    units: Array
    mean: Array
    variance: Array


def experiments(metric: Metric, *, trials: int, seed: int, shift: float = 0.0) -> list[Sums]:
    """Return control and treatment, whose every value is ``shift`` higher, at every look."""
    random = np.random.default_rng(seed)
    return [_side(metric, random, trials, by) for by in (0.0, shift)]


def _side(metric: Metric, random: np.random.Generator, trials: int, shift: float) -> Sums:
    parts = [_sums(metric, random, shift) for _ in range(trials // _TOGETHER)]
    means, variances = (np.concatenate([part[at] for part in parts]) for at in (1, 2))
    return Sums(parts[0].units, means, variances)


def _sums(metric: Metric, random: np.random.Generator, shift: float) -> Sums:
    values = metric.draw(random, (_TOGETHER, LOOKS, metric.step)).astype(float)
    count = metric.step * np.arange(1, LOOKS + 1)
    mean = values.sum(axis=2).cumsum(axis=1) / count
    squares = (values**2).sum(axis=2).cumsum(axis=1)
    return Sums(count, mean + shift, (squares - count * mean**2) / (count - 1))


def statistics(sides: list[Sums]) -> Array:
    """Return Welch's statistic of every experiment at every look; 0 where nothing scatters."""
    control, treatment = sides
    error = np.sqrt(control.variance / control.units + treatment.variance / treatment.units)
    difference = treatment.mean - control.mean
    found: Array = np.divide(difference, error, out=np.zeros_like(error), where=error > 0)
    return found


def criticals(method: str, sides: list[Sums]) -> Array:
    """Return the bound of each look, as the method gives it when that look is the present one."""
    units = [int(count) for count in 2 * sides[0].units]
    plan = Plan(planned=units[-1])
    return np.array(
        [METHODS[method](0.0, plan, Looks(units[: look + 1])).critical for look in range(LOOKS)]
    )


def stopping(method: str, sides: list[Sums]) -> float:
    """Return the part of experiments in which some look proves a difference."""
    crossed = np.abs(statistics(sides)) >= criticals(method, sides)
    return float(crossed.any(axis=1).mean())


def naive(sides: list[Sums]) -> float:
    """Return the part in which some look finds a plain test at 5 % significant."""
    return float((np.abs(statistics(sides)) >= 1.959964).any(axis=1).mean())
