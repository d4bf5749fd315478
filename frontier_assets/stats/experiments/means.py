"""Means and ratios of two variants, compared unit by unit."""

import math
from dataclasses import replace

from frontier_assets.stats.experiments.effect import Effect, Estimate
from frontier_assets.stats.experiments.sample import Companion, Sample


def difference_of_means(control: Sample, treatment: Sample) -> Effect:
    """Return the difference of two means, or of two ratios where samples have denominators.

    A ratio is the sum of the values by the sum of the denominators: clicks by views over users.
    """
    return Effect(*(_estimate(linearised(sample)) for sample in (control, treatment)))


def linearised(sample: Sample) -> Sample:
    """Return a ratio as a mean that has, by the delta method, the same value and variance.

    Assumes so many units that the mean denominator varies little. A mean denominator of 0 gives a
    value that is not a number. Any other sample is returned as it is.

    Source: Deng, Knoblich and Lu (2018), KDD; Budylin et al. (2018), WSDM, for the linear form,
    which CUPED then adjusts like a mean.
    """
    below, covariate = sample.denominator, sample.covariate
    if below is None:
        return sample
    if not below.mean:
        return replace(sample, mean=math.nan, variance=math.nan, denominator=None)
    ratio = sample.mean / below.mean
    scatter = sample.variance - 2 * ratio * below.covariance + ratio**2 * below.variance
    if covariate is not None:
        covariance = (covariate.covariance - ratio * sample.cross) / below.mean
        covariate = Companion(covariate.mean, covariate.variance, covariance)
    return Sample(
        count=sample.count,
        mean=ratio,
        # Rounding may leave a little less than nothing.
        variance=max(scatter, 0.0) / below.mean**2 if math.isfinite(scatter) else math.nan,
        covariate=covariate,
    )


def _estimate(sample: Sample) -> Estimate:
    known = sample.count > 1 and sample.variance >= 0
    error = math.sqrt(sample.variance / sample.count) if known else math.nan
    return Estimate(sample.mean, error, sample.count)
