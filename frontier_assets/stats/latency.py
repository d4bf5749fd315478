"""How long calls take, from calls in rounds: figures, how sure they are, and who is faster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from frontier_assets.stats.intervals import Interval, median_interval

Array = np.ndarray[Any, Any]
# What two measurements of one model may differ by on one machine, whatever their rounds say:
# where its weights happen to lie in memory stays the same through all of a run's rounds.
NOISE = 0.05


@dataclass(frozen=True, slots=True)
class Timing:
    """How long calls with ``rows`` examples took, in milliseconds.

    Mean and standard deviation are those of all ``calls``. Each percentile is the median over the
    rounds of the round's own, so that a burst of other work in some rounds moves none.
    ``throughput`` is in examples per second at the median latency. ``rounds`` are each round's
    fastest call, by which models are compared: other work only ever adds to it.
    """

    rows: int
    calls: int
    mean_ms: float
    std_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    throughput: float
    rounds: tuple[float, ...]

    @property
    def best_ms(self) -> float:
        """What a call takes that nothing disturbs: the median of the rounds' fastest."""
        return float(np.median(self.rounds))


def timing(seconds: Array, rows: int) -> Timing:
    """Return the figures of ``seconds``: (rounds, calls) float64, all with ``rows`` examples."""
    taken = seconds * 1000
    p50, p95, p99 = np.median(np.percentile(taken, (50, 95, 99), axis=1), axis=1)
    return Timing(
        rows=rows,
        calls=taken.size,
        mean_ms=float(taken.mean()),
        std_ms=float(taken.std()),
        p50_ms=float(p50),
        p95_ms=float(p95),
        p99_ms=float(p99),
        throughput=rows / float(p50) * 1000,
        rounds=tuple(float(value) for value in taken.min(axis=1)),
    )


def speedup(own: Timing, other: Timing) -> Interval:
    """Return how many times faster ``own`` is than ``other``; both took turns in every round.

    The interval is that of the rounds' ratios, and no narrower than `NOISE`.
    """
    ratios = np.array(other.rounds) / np.array(own.rounds)
    found = median_interval(ratios)
    middle = float(np.median(ratios))
    low, high = (middle, middle) if found is None else (found.lower, found.upper)
    return Interval(middle, min(low, middle / (1 + NOISE)), max(high, middle * (1 + NOISE)))


def ranked(timings: Mapping[str, Timing]) -> Sequence[Sequence[str]]:
    """Return the names in groups, fastest first; within a group the noise tells none apart.

    A group is its fastest and whoever is not shown to be slower than that one.
    """
    groups: list[list[str]] = []
    for name in sorted(timings, key=lambda name: timings[name].best_ms):
        first = groups[-1][0] if groups else name
        if groups and speedup(timings[first], timings[name]).lower <= 1:
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups
