"""Estimates after stopping against ldbounds and scipy's bivariate normal distribution."""

import math

import pytest
from scipy.stats import multivariate_normal, norm

from frontier_assets.stats.experiments.stopped import stopped


def test_the_interval_is_that_of_ldbounds() -> None:
    """R's ldbounds 2.0.2, vignette, section 5.5: in units where the last look has information 1.

    Its coarser grid leaves 2e-4; the tests below have 6 digits.
    """
    times = (0.2292, 0.3333, 0.4375, 0.5833, 0.7083, 0.8333)
    drift = stopped(times, (2.53, 2.61, 2.57, 2.47, 2.43), 2.82).drift
    scale = math.sqrt(times[-1])
    found = (drift.lower * scale, drift.upper * scale)
    assert found == pytest.approx((0.1716782, 4.504662), abs=3e-4)


def test_at_the_first_look_it_is_the_ordinary_interval() -> None:
    found = stopped((1.0,), (), 2.5)
    assert found.p == pytest.approx(2 * norm.sf(2.5), rel=1e-9)
    assert found.drift == pytest.approx((2.5, 2.5 - 1.959964, 2.5 + 1.959964), abs=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_at_the_second_look_it_counts_the_paths_that_stopped_before(sign: int) -> None:
    """scipy's bivariate normal distribution, by hand."""
    found = stopped((0.5, 1.0), (2.7965,), sign * 2.1)
    root = math.sqrt(0.5)
    for drift, expected in zip(sorted(found.drift), (0.025, 0.5, 0.975), strict=True):
        shift = sign * drift
        joint = multivariate_normal((shift * root, shift), [[1, root], [root, 1]])
        later = joint.cdf((2.7965, math.inf), lower_limit=(-2.7965, 2.1))
        above = norm.sf(2.7965 - shift * root) + later
        assert above == pytest.approx(expected if sign > 0 else 1 - expected, abs=1e-6)
    joint = multivariate_normal((0, 0), [[1, root], [root, 1]])
    above = norm.sf(2.7965) + joint.cdf((2.7965, math.inf), lower_limit=(-2.7965, 2.1))
    assert found.p == pytest.approx(2 * above, abs=1e-6)


def test_stopping_early_draws_the_estimate_towards_0() -> None:
    found = stopped((0.25, 0.5), (4.3326,), 3.0)
    assert 0 < found.drift.estimate < 3.0 / math.sqrt(0.5)
