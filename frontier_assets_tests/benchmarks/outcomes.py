"""What a benchmark found: a ratio of samples, a figure, or the reason why there is neither."""

import abc
import dataclasses
import statistics
from collections.abc import Iterable
from typing import Any

from typing_extensions import override

Samples = tuple[float, ...]
_MISSED = "MISSED"


@dataclasses.dataclass(frozen=True)
class Outcome(abc.ABC):
    """One line of the table; ``name`` says what was measured."""

    name: str

    @property
    @abc.abstractmethod
    def verdict(self) -> str:
        """``met``, ``MISSED`` or why nothing was measured."""

    @abc.abstractmethod
    def cells(self) -> tuple[str, str, str, str, str]:
        """Return ours, the peer's, the median ratio or figure, the minima's ratio, the bar."""

    def record(self) -> dict[str, Any]:
        """Return everything that is known, as plain JSON."""
        return dataclasses.asdict(self) | {"verdict": self.verdict}


@dataclasses.dataclass(frozen=True)
class Ratio(Outcome):
    """The peer's samples ÷ ours, by medians and minimum by minimum; more is better."""

    ours: Samples
    peer: Samples
    at_least: float
    minimum_at_least: float = 0.0
    unit: str = "s"

    @property
    def median(self) -> float:
        """The peer's median ÷ ours."""
        return statistics.median(self.peer) / statistics.median(self.ours)

    @property
    def minimum(self) -> float:
        """The peer's minimum ÷ ours: what is left of the ratio on an idle machine."""
        return min(self.peer) / min(self.ours)

    @property
    @override
    def verdict(self) -> str:
        """Whether both ratios reach their bars."""
        return _verdict(
            is_met=self.median >= self.at_least and self.minimum >= self.minimum_at_least
        )

    @override
    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the samples by their quartiles, and the ratios."""
        bar = f">= {self.at_least:g}"
        if self.minimum_at_least:
            bar += f", {self.minimum_at_least:g}"
        ours, peer = (f"{_spread(samples)} {self.unit}" for samples in (self.ours, self.peer))
        return ours, peer, f"{self.median:.2f}", f"{self.minimum:.2f}", bar

    @override
    def record(self) -> dict[str, Any]:
        """Return every sample besides the ratios."""
        return super().record() | {"median": self.median, "minimum": self.minimum}


@dataclasses.dataclass(frozen=True)
class Figure(Outcome):
    """An exact figure; less is better. ``ours`` and ``peer`` are what it comes from, if two."""

    value: float
    at_most: float
    unit: str
    ours: float | None = None
    peer: float | None = None

    @property
    @override
    def verdict(self) -> str:
        """Whether the figure is within its bar."""
        return _verdict(is_met=self.value <= self.at_most)

    @override
    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the figure with what it comes from."""
        ours, peer = ("" if part is None else f"{part:,.0f}" for part in (self.ours, self.peer))
        return ours, peer, f"{self.value:.4g} {self.unit}", "", f"<= {self.at_most:g}"


@dataclasses.dataclass(frozen=True)
class Missing(Outcome):
    """Nothing was measured, and why."""

    reason: str

    @property
    @override
    def verdict(self) -> str:
        """The reason."""
        return f"skipped: {self.reason}"

    @override
    def cells(self) -> tuple[str, str, str, str, str]:
        """Return nothing."""
        return "", "", "", "", ""


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """Return 1 when a bar was missed. What could not be measured misses none."""
    return int(any(outcome.verdict == _MISSED for outcome in outcomes))


def _verdict(*, is_met: bool) -> str:
    return "met" if is_met else _MISSED


def _spread(samples: Samples) -> str:
    """Return the median with the quartiles around it."""
    if len(samples) == 1:
        return f"{samples[0]:.3g}"
    low, middle, high = statistics.quantiles(samples, n=4, method="inclusive")
    return f"{middle:.3g} [{low:.3g}, {high:.3g}]"
