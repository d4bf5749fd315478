"""How many units an experiment needs, and for how long it has to run."""

import dataclasses
import math

from frontier_assets.errors import InvalidValueError
from frontier_assets.experiments.policy import FUTILE
from frontier_assets.specification import ExperimentDesign
from frontier_assets.stats.experiments.sample_size import (
    SampleSize,
    days,
    inflation,
    units_for_means,
    units_for_proportions,
)
from frontier_assets.stats.metrics import METRICS

# More looks cost hardly more: the 168 of a week of hours take 0.5 % more units than these.
_LOOKS = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Forecast:
    """``units_per_variant`` are planned, by the ``formula`` that is named.

    ``days`` is when every treatment can tell as much as they do, and has the minimum of units;
    None without `daily_units`.
    """

    units_per_variant: int
    formula: str
    days: int | None


def forecast(design: ExperimentDesign) -> Forecast:
    """Return the plan of an experiment, whose power is the design's for the method it chooses.

    Several treatments share alpha, so each is planned with its part of it.

    Raises:
        InvalidValueError: nothing tells how much the primary metric scatters, and the method
            needs a planned size; or the power is no more than alpha.
    """
    size = _size(design)
    needed = None
    if design.daily_units is not None:
        low, high = design.namespace_range
        daily = design.daily_units * design.coverage * (high - low)
        shares = [design.split[name] for name in design.variants]
        least = math.ceil(design.minimum_units / (daily * min(shares)))
        needed = max(least, days(size.per_arm, units_per_day=daily, shares=shares))
    return Forecast(size.per_arm, size.formula, needed)


def _size(design: ExperimentDesign) -> SampleSize:
    if design.planned_units is not None:
        return SampleSize(design.planned_units, design.planned_by)
    alpha, power = design.alpha / len(design.treatments), _planned_power(design)
    variance = _variance(design)
    if design.metric.kind == "proportion":
        baseline = _baseline(design)
        effect = design.minimum_effect
        # Towards one half, where rates scatter most: enough in either direction.
        signed = effect if baseline <= 0.5 else -effect  # noqa: PLR2004 - the middle of 0 to 1
        size = units_for_proportions(baseline, signed, alpha=alpha, power=power)
    elif variance is not None:
        size = units_for_means(variance, design.minimum_effect, alpha=alpha, power=power)
    elif design.method == "always_valid" or design.strategy == "thompson":
        return SampleSize(design.minimum_units, "`minimum_units`: no deviation is known")
    else:
        raise _unknown_scatter(design)
    return size if design.strategy == "thompson" else _inflated(design, size, alpha, power)


def _planned_power(design: ExperimentDesign) -> float:
    """Return the power to plan for, of which `conditional_power` says what giving up costs."""
    gives_up = design.method == "group_sequential" and design.strategy != "thompson"
    return 1 - (1 - design.power) * (1 - FUTILE) if gives_up else design.power


def _inflated(design: ExperimentDesign, size: SampleSize, alpha: float, power: float) -> SampleSize:
    """Return what the design's method needs where a fixed horizon needs ``size``."""
    if design.method == "fixed":
        return size
    factor = inflation(
        design.method, looks=_LOOKS, alpha=alpha, power=power, spending=design.spending
    )
    why = {
        "group_sequential": f"for {_LOOKS} looks by {design.spending} spending, with power "
        f"{power:.3g} to make up for giving up early",
        "always_valid": "for looks at any time",
    }[design.method]
    return SampleSize(math.ceil(size.per_arm * factor), f"{size.formula}, x {factor:.4f} {why}")


def _unknown_scatter(design: ExperimentDesign) -> InvalidValueError:
    given = (
        "`planned_units`" if design.metric.kind == "quantile" else "`deviation` or `planned_units`"
    )
    return InvalidValueError(
        "Deviation",
        design.deviation,
        f"how much {design.metric.metric} scatters between units is not known: give {given}, "
        "or choose `method: always_valid`, which needs no plan",
    )


def _variance(design: ExperimentDesign) -> float | None:
    if design.metric.kind == "quantile":
        return None  # its scatter is that of the values near it, which no deviation tells
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
