"""How a version's metrics stand against those of the version in production."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose
from typing import Literal

from frontier_assets.promotion.pairing import difference_from
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.stats.intervals import Interval
from frontier_assets.stats.metrics import METRICS

Change = Literal["better", "worse", "equal", "not compared"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One metric on one data set.

    ``held`` is the metric of the version in production on exactly the same data, ``difference`` is
    ``value`` minus it; both are None where there is nothing to compare with. ``direction`` says
    which values are better; it and ``unit`` are empty for a metric that this release does not know.
    ``bounds`` are those of the value's 95 % interval and ``distance`` is the paired difference with
    its own; both are None where an older release measured.
    """

    dataset: str
    metric: str
    value: float
    held: float | None
    direction: str
    unit: str
    bounds: tuple[float, float] | None = None
    distance: Interval | None = None

    @property
    def difference(self) -> float | None:
        """``value`` minus ``held``."""
        return None if self.held is None else self.value - self.held

    @property
    def change(self) -> Change:
        """What the difference means."""
        if self.held is None or not self.direction:
            return "not compared"
        if isclose(self.value, self.held, rel_tol=1e-12, abs_tol=1e-12):
            return "equal"
        return "better" if (self.value > self.held) == (self.direction == "higher") else "worse"


def standings(evidence: Evidence) -> list[Standing]:
    """Return every metric of the version by data set, in the order of the YAML where it has one."""
    order = list(evidence.policy.evaluation.metrics) if evidence.policy else []
    return [
        item
        for _, evaluation in sorted(evidence.evaluations.items())
        for item in _standings(evidence, evaluation, order)
    ]


def _standings(evidence: Evidence, evaluation: Evaluation, order: list[str]) -> Iterator[Standing]:
    held, holder = _baseline(evidence, evaluation), evidence.holder
    intervals = (evaluation.details or {}).get("intervals", {})
    places = {name: place for place, name in enumerate(order)}
    for name in sorted(evaluation.metrics, key=lambda name: (places.get(name, len(order)), name)):
        known = METRICS.get(name)
        yield Standing(
            dataset=evaluation.dataset,
            metric=name,
            value=evaluation.metrics[name],
            held=None if held is None else held.metrics.get(name),
            direction=known.direction if known else "",
            unit=known.unit if known else "",
            bounds=tuple(intervals[name]) if name in intervals else None,
            distance=difference_from(holder, evaluation, held, name) if held and holder else None,
        )


def _baseline(evidence: Evidence, evaluation: Evaluation) -> Evaluation | None:
    if evidence.holder is None or evidence.holder.number == evidence.version.number:
        return None
    held = evidence.baselines.get(evaluation.dataset)
    same = held is not None and held.dataset_digest == evaluation.dataset_digest
    return held if same else None
