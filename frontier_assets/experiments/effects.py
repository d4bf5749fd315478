"""From sufficient statistics to the effect of a treatment in one metric."""

import math

from frontier_assets.experiments.cells import Aggregate
from frontier_assets.specification import ExperimentDesign, ExperimentMetric
from frontier_assets.stats.experiments.cuped import adjusted
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.proportions import difference_of_proportions
from frontier_assets.stats.experiments.quantiles import QuantileSample, difference_of_quantiles
from frontier_assets.stats.experiments.sample import Sample

_ROUNDING = 1e-6
_NOTHING = Sample(count=0, mean=math.nan, variance=math.nan)


def effect_of(
    design: ExperimentDesign,
    item: ExperimentMetric,
    aggregate: Aggregate,
    treatment: str,
    *,
    segment: tuple[str, str] = ("", ""),
) -> Effect:
    """Return the effect of a treatment, among all units or in one value of a segment."""
    if item.kind == "quantile":
        absent = QuantileSample(0, math.nan, math.nan, math.nan)
        found = aggregate.quantiles if segment == ("", "") else {}
        sides = [found.get((item.metric, name), absent) for name in (design.control, treatment)]
        return difference_of_quantiles(*sides)
    control, treated = (
        sample_of(design, item, aggregate, variant, segment=segment)
        for variant in (design.control, treatment)
    )
    if item.kind == "proportion":
        return difference_of_proportions(_rate(control), _rate(treated))
    if control.covariate is not None and treated.covariate is not None:
        control, treated = adjusted(control, treated)
    return difference_of_means(control, treated)


def sample_of(
    design: ExperimentDesign,
    item: ExperimentMetric,
    aggregate: Aggregate,
    variant: str,
    *,
    segment: tuple[str, str] = ("", ""),
) -> Sample:
    """Return the statistics of a metric in one variant."""
    moments = aggregate.cell(variant, *segment).moments.get(item.metric)
    if moments is None or not moments.count:
        return _NOTHING
    covariate = design.covariate if design.covariate in moments.names else None
    if item.kind == "proportion":
        covariate = None
    return moments.sample(item.metric, denominator=item.denominator, covariate=covariate)


def _rate(sample: Sample) -> Sample:
    """Return the sample of a rate; one that holds other values than 0 and 1 says nothing."""
    if sample.count < 2 or not math.isfinite(sample.variance):  # noqa: PLR2004 - no scatter
        return sample
    binary = sample.mean * (1 - sample.mean) * sample.count / (sample.count - 1)
    if abs(binary - sample.variance) <= _ROUNDING * max(binary, 1 / sample.count):
        return sample
    return Sample(count=sample.count, mean=math.nan, variance=math.nan)
