"""Less scatter from what was known of each unit before it was assigned (CUPED)."""

import math
from dataclasses import replace

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.means import linearised
from frontier_assets.stats.experiments.sample import Sample


def adjusted(control: Sample, treatment: Sample) -> tuple[Sample, Sample]:
    """Return both samples without the part that their covariate explains; ratios as means.

    Each value loses theta times how far its covariate lies from the covariate's mean over both
    variants; theta is pooled within the variants, as in an analysis of covariance. Assumes that
    the covariate cannot know the variant, so that the difference stays unbiased. A covariate
    without scatter explains nothing: the samples come back unadjusted.

    Raises:
        InvalidValueError: a sample has no covariate.

    Source: Deng, Xu, Kohavi and Walker (2013), WSDM, on control variates.
    """
    sides = [linearised(side) for side in (control, treatment)]
    parts = [side.covariate for side in sides]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        raise InvalidValueError("Covariate", None, "CUPED needs one in every variant")
    freedom = [max(side.count - 1, 0) for side in sides]
    pairs = list(zip(freedom, known, strict=True))
    below = sum(weight * part.variance for weight, part in pairs)
    if not (math.isfinite(below) and below > 0):
        return (replace(sides[0], covariate=None), replace(sides[1], covariate=None))
    theta = sum(weight * part.covariance for weight, part in pairs) / below
    units = sum(side.count for side in sides)
    centre = sum(side.count * part.mean for side, part in zip(sides, known, strict=True)) / units
    first, second = (
        Sample(
            count=side.count,
            mean=side.mean - theta * (part.mean - centre),
            variance=side.variance - 2 * theta * part.covariance + theta**2 * part.variance,
        )
        for side, part in zip(sides, known, strict=True)
    )
    return first, second
