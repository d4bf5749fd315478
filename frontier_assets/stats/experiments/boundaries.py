"""Where a statistic that is looked at repeatedly has to stop: exact bounds by integration.

The statistic is a Brownian motion that is seen at some amounts of information. Only the ratios of
those amounts matter, so that units will do. Its density among the paths that have not stopped is
carried from look to look on panels of Gauss-Legendre nodes, as many as the shorter of the two
neighbouring steps needs; steps below a hundred-thousandth of the information get too few.

Source: Armitage, McPherson and Rowe (1969), JRSS A 132:235-244; Jennison and Turnbull (2000),
Group Sequential Methods with Applications to Clinical Trials, chapter 19.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.normal import deviate

Array = np.ndarray[Any, Any]
_FARTHEST = 8.5  # standard errors beyond which no path is followed: 1e-17 of them
_PANEL = 3.5  # width of a panel in standard deviations of the shorter neighbouring step
_MOST_PANELS = 200
_UNREACHABLE = 40.0  # a deviate of no probability that a float can hold
_ROOTS, _PARTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True)
class _Paths:
    """The density of paths that go on after a look, on ``nodes`` with their ``weights``."""

    nodes: Array
    weights: Array
    variance: float  # of the statistic at that look

    def beyond(self, limit: float, variance: float, drift: float = 0.0) -> tuple[float, float]:
        """Return the probabilities to be below ``-limit`` and above ``limit`` at the next look."""
        from scipy.special import ndtr

        step = variance - self.variance
        means, error = self.nodes + drift * step, math.sqrt(step)
        below = self.weights @ ndtr((-limit - means) / error)
        return float(below), float(self.weights @ ndtr((means - limit) / error))

    def carried(self, limit: float, variance: float, after: float, drift: float) -> "_Paths":
        """Return the paths that are within ``limit`` at the next look, which ``after`` follows."""
        step, reach = variance - self.variance, _FARTHEST * math.sqrt(variance)
        low = max(-limit, drift * variance - reach)
        high = min(limit, drift * variance + reach)
        shorter = math.sqrt(min(step, after - variance))
        panels = min(_MOST_PANELS, max(3, math.ceil((high - low) / (_PANEL * shorter))))
        half = (high - low) / (2 * panels)
        centres = low + half * (2 * np.arange(panels) + 1)
        nodes = (centres[:, None] + half * _ROOTS).ravel()
        steps = nodes[:, None] - self.nodes - drift * step
        density = np.exp(-(steps**2) / (2 * step)) @ self.weights / math.sqrt(2 * math.pi * step)
        return _Paths(nodes, density * np.tile(_PARTS * half, panels), variance)


_START = _Paths(np.zeros(1), np.ones(1), 0.0)


@lru_cache(maxsize=256)
def bounds(information: tuple[float, ...], spent: tuple[float, ...]) -> tuple[float, ...]:
    """Return the two-sided bounds of the normal deviate, one for each look.

    At ``information[k]`` the probability to have been beyond a bound, were there no difference, is
    ``spent[k]``. A look that may spend nothing has an infinite bound.

    Raises:
        InvalidValueError: information does not increase, or what is spent decreases.
    """
    _refuse_disorder(information, spent)
    found: list[float] = []
    paths, used = _START, 0.0
    for look, (amount, total) in enumerate(zip(information, spent, strict=True)):
        found.append(_bound(paths, amount, (total - used) / 2))
        used = total
        if look + 1 < len(information):
            after = information[look + 1]
            paths = paths.carried(found[-1] * math.sqrt(amount), amount, after, 0.0)
    return tuple(found)


def _bound(paths: _Paths, amount: float, allowed: float) -> float:
    if allowed <= 0:
        return math.inf
    if not paths.variance:
        return deviate(allowed)
    from scipy.optimize import brentq

    def excess(bound: float) -> float:
        return paths.beyond(bound * math.sqrt(amount), amount)[1] - allowed

    return float(brentq(excess, 0.0, _UNREACHABLE, xtol=1e-12))


def exit_probabilities(
    information: Sequence[float], limits: Sequence[float], *, drift: float = 0.0
) -> tuple[Array, Array]:
    """Return, for each look, the probabilities to stop there below and above its limit.

    ``limits`` are bounds of the normal deviate. ``drift`` is the mean of the deviate by the root
    of the information, so that at information 1 both are one number.
    """
    below, above = [], []
    paths = _START
    for look, (amount, limit) in enumerate(zip(information, limits, strict=True)):
        score = limit * math.sqrt(amount)
        parts = paths.beyond(score, amount, drift)
        below.append(parts[0])
        above.append(parts[1])
        if look + 1 < len(information):
            paths = paths.carried(score, amount, information[look + 1], drift)
    return np.array(below), np.array(above)


def _refuse_disorder(information: tuple[float, ...], spent: tuple[float, ...]) -> None:
    if not information or any(b <= a for a, b in pairwise((0.0, *information))):
        raise InvalidValueError("Information", information, "expected amounts that increase")
    ordered = all(a <= b for a, b in pairwise((0.0, *spent, 1.0)))
    if len(spent) != len(information) or not ordered:
        raise InvalidValueError("Spent", spent, "expected as many probabilities, none falling")
