"""What one look at an experiment found. Values that do not exist are None, never NaN."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import datetime

from frontier_assets.experiments.cells import Counts
from frontier_assets.stats.intervals import Interval
from frontier_assets.types import ExperimentDecision

Bounds = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric of one treatment against control.

    ``role`` is primary, secondary or guardrail. ``interval`` holds over all looks so far, and so
    does ``relative``, of the change as a part of control's value. ``p`` and ``adjusted_p``, which
    is corrected for the treatments or metrics beside it, are None for a bandit. ``verdict`` says
    better, worse or undecided, of a guardrail held, harmed or open; ``note`` why nothing can be
    said. Intervals are an estimate between its bounds.
    """

    metric: str
    role: str
    direction: str
    variant: str
    control_value: float | None
    value: float | None
    difference: float | None
    interval: Interval | None
    relative: Interval | None
    z: float
    critical: float | None
    p: float | None
    adjusted_p: float | None
    verdict: str
    note: str = ""
    margin: float | None = None
    margin_unit: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentResult:
    """The primary metric in one value of a segment; its 95 % interval is that of one look."""

    segment: str
    value: str
    variant: str
    units: int
    difference: float | None
    interval: Interval | None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentCheck:
    """Whether the values of a segment agree, and whether putting them together turns things round.

    ``reversed`` is Simpson's paradox; ``note`` says why it was not assessed.
    """

    segment: str
    variant: str
    heterogeneity_p: float | None
    crude: float | None
    standardised: float | None
    reversed: bool
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class RatioResult:
    """Whether the variants got the shares of units that they were meant to get."""

    passed: bool
    p: float | None
    expected: Mapping[str, float]
    observed: Mapping[str, float]
    detail: str


@dataclasses.dataclass(frozen=True, slots=True)
class Analysis:
    """One look: what was seen, what follows from it, and why, in sentences.

    ``units`` are those of each variant; ``planned`` is for each variant too. ``subjects`` are the
    treatments that won, or that did harm. ``weights`` are a bandit's.
    """

    experiment: str
    number: int
    at: datetime
    decision: ExperimentDecision
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]
    units: Mapping[str, int]
    planned: int
    counts: Counts
    sample_ratio: RatioResult
    metrics: tuple[MetricResult, ...]
    segments: tuple[SegmentResult, ...] = ()
    segment_checks: tuple[SegmentCheck, ...] = ()
    weights: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @property
    def primary(self) -> tuple[MetricResult, ...]:
        """The primary metric of each treatment."""
        return tuple(item for item in self.metrics if item.role == "primary")

    @property
    def guardrails(self) -> tuple[MetricResult, ...]:
        """Every guardrail of each treatment."""
        return tuple(item for item in self.metrics if item.role == "guardrail")


def finite(value: float) -> float | None:
    """Return a number that JSON can hold."""
    return value if math.isfinite(value) else None
