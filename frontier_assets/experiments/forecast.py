"""How many units an experiment needs, and for how long it has to run."""

import dataclasses

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import ExperimentDesign
from frontier_assets.stats.experiments.sample_size import (
    SampleSize,
    days,
    units_for_means,
    units_for_proportions,
)
from frontier_assets.stats.metrics import METRICS


@dataclasses.dataclass(frozen=True, slots=True)
class Forecast:
    """``units_per_variant`` are planned, by the ``formula`` that is named.

    ``days`` is when the variant with the smallest share has them; None without `daily_units`.
    """

    units_per_variant: int
    formula: str
    days: int | None


def forecast(design: ExperimentDesign) -> Forecast:
    """Return the plan of an experiment.

    Several treatments share alpha, so each is planned with its part of it.

    Raises:
        InvalidValueError: nothing tells how much the primary metric scatters, and the method
            needs a planned size.
    """
    size = _size(design)
    shares = [design.split[name] for name in design.variants]
    needed = None
    if design.daily_units is not None:
        daily = design.daily_units * design.coverage
        needed = days(size.per_arm, units_per_day=daily, shares=shares)
    return Forecast(size.per_arm, size.formula, needed)


def _size(design: ExperimentDesign) -> SampleSize:
    if design.planned_units is not None:
        return SampleSize(design.planned_units, "given as `planned_units`")
    alpha = design.alpha / len(design.treatments)
    wanted = {"alpha": alpha, "power": design.power}
    if design.metric.kind == "proportion":
        baseline = _baseline(design)
        effect = design.minimum_effect
        # Towards one half, where rates scatter most: enough in either direction.
        signed = effect if baseline <= 0.5 else -effect  # noqa: PLR2004 - the middle of 0 to 1
        return units_for_proportions(baseline, signed, **wanted)
    variance = _variance(design)
    if variance is not None:
        return units_for_means(variance, design.minimum_effect, **wanted)
    if design.method == "always_valid" or design.strategy == "thompson":
        return SampleSize(design.minimum_units, "`minimum_units`: no deviation is known")
    raise InvalidValueError(
        "Deviation",
        None,
        f"how much {design.metric.metric} scatters between units is not known: give `deviation` "
        "or `planned_units`, or choose `method: always_valid`, which needs no plan",
    )


def _variance(design: ExperimentDesign) -> float | None:
    if design.deviation is not None:
        return design.deviation**2
    known = METRICS.get(design.metric.metric)
    if design.metric.kind == "mean" and known and (known.low, known.high) == (0.0, 1.0):
        # Nothing between 0 and 1 scatters more around its mean than what is 0 or 1.
        rate = _baseline(design)
        return rate * (1 - rate)
    return None


def _baseline(design: ExperimentDesign) -> float:
    rate = 0.5 if design.baseline is None else design.baseline
    if not 0 < rate < 1:
        raise InvalidValueError("Baseline", rate, "expected a rate between 0 and 1")
    return rate
