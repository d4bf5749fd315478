"""Where a statistic that is looked at repeatedly has to stop: exact bounds by integration.

The statistic is a Brownian motion that is seen at some amounts of information. Only the ratios of
those amounts matter, so that units will do. Its density among the paths that have not stopped is
carried from look to look on panels of Gauss-Legendre nodes, as many as the shorter of the two
neighbouring steps needs; steps below a hundred-thousandth of the information get too few. What
lies out of reach of a step is left out, so that the work grows with the looks and not faster.

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
_PANEL = 5.0  # width of a panel in standard deviations of the shorter neighbouring step
_MOST_PANELS = 200
_ROUNDING = 1e-6  # of a bound, above what quadrature leaves
_ROOTS, _PARTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True)
class _Paths:
    """The density of paths that go on after a look, on ``nodes`` with their ``weights``."""

    nodes: Array
    weights: Array
    variance: float  # of the statistic at that look

    def above(self, limit: float, variance: float, drift: float = 0.0) -> float:
        """Return the probability to be above ``limit`` at the next look."""
        from scipy.special import ndtr

        step = variance - self.variance
        behind = limit - drift * step
        near = slice(self.nodes.searchsorted(behind - _reach(step)), None)
        deviates = (self.nodes[near] - behind) / math.sqrt(step)
        return float(self.weights[near] @ ndtr(deviates))

    def below(self, limit: float, variance: float, drift: float = 0.0) -> float:
        """Return the probability to be below ``-limit`` at the next look."""
        mirrored = _Paths(-self.nodes[::-1], self.weights[::-1], self.variance)
        return mirrored.above(limit, variance, -drift)

    def carried(self, limit: float, variance: float, after: float, drift: float) -> "_Paths":
        """Return the paths that are within ``limit`` at the next look, which ``after`` follows."""
        step, centre = variance - self.variance, drift * variance
        ends = np.clip((centre - _reach(variance), centre + _reach(variance)), -limit, limit)
        shorter = math.sqrt(min(step, after - variance))
        panels = min(_MOST_PANELS, max(3, math.ceil(float(ends[1] - ends[0]) / (_PANEL * shorter))))
        edges = np.linspace(ends[0], ends[1], panels + 1)
        half = (edges[1] - edges[0]) / 2
        nodes = (edges[:-1] + half)[:, None] + half * _ROOTS
        # Where these paths come from, before the drift of the step.
        density = self._density(edges - drift * step, nodes - drift * step, step)
        return _Paths(nodes.ravel(), (density * _PARTS * half).ravel(), variance)

    def _density(self, edges: Array, nodes: Array, step: float) -> Array:
        """Return the density a ``step`` later at the ``nodes`` of the panels between ``edges``."""
        first = self.nodes.searchsorted(edges[:-1] - _reach(step))
        most = int((self.nodes.searchsorted(edges[1:] + _reach(step)) - first).max())
        near = np.minimum(first, len(self.nodes) - most)[:, None] + np.arange(most)
        scale = 1 / math.sqrt(2 * step)
        kernel = (scale * nodes)[:, :, None] - (scale * self.nodes[near])[:, None, :]
        kernel *= kernel
        np.exp(np.negative(kernel, out=kernel), out=kernel)
        found: Array = kernel @ self.weights[near][:, :, None]
        return found[:, :, 0] * scale / math.sqrt(math.pi)


def _reach(variance: float) -> float:
    return _FARTHEST * math.sqrt(variance)


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

    wanted = deviate(allowed)

    def excess(bound: float) -> float:
        # Deviates, unlike probabilities, change almost evenly, so that few steps find the bound.
        return deviate(paths.above(bound * math.sqrt(amount), amount)) - wanted

    # A path may have stopped before, so no bound is higher than that of a single look.
    return float(brentq(excess, 0.0, wanted + _ROUNDING, xtol=1e-12))


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
        below.append(paths.below(score, amount, drift))
        above.append(paths.above(score, amount, drift))
        if look + 1 < len(information):
            paths = paths.carried(score, amount, information[look + 1], drift)
    return np.array(below), np.array(above)


def _refuse_disorder(information: tuple[float, ...], spent: tuple[float, ...]) -> None:
    if not information or any(b <= a for a, b in pairwise((0.0, *information))):
        raise InvalidValueError("Information", information, "expected amounts that increase")
    ordered = all(a <= b for a, b in pairwise((0.0, *spent, 1.0)))
    if len(spent) != len(information) or not ordered:
        raise InvalidValueError("Spent", spent, "expected as many probabilities, none falling")
