"""Segments that disagree, and results that turn around: published tables and statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from frontier_assets.stats.experiments.effect import Effect, Estimate
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets.stats.experiments.segments import heterogeneity, simpsons_paradox


def effects(*pairs: tuple[float, float]) -> list[Effect]:
    """Return effects of the differences and errors in ``pairs``."""
    return [
        Effect(
            Estimate(1.0, error / math.sqrt(2), 900), Estimate(1 + by, error / math.sqrt(2), 900)
        )
        for by, error in pairs
    ]


def rate(won: int, units: int) -> Sample:
    return Sample(count=units, mean=won / units if units else math.nan, variance=0.1)


def test_heterogeneity_is_that_of_statsmodels() -> None:
    pairs = [(0.1, 0.05), (0.3, 0.1), (-0.2, 0.08), (0.05, 0.2)]
    found = heterogeneity(effects(*pairs))
    expected = combine_effects(*np.array([(by, error**2) for by, error in pairs]).T)
    assert found.q == pytest.approx(expected.q, rel=1e-9)
    assert found.p == pytest.approx(expected.test_homogeneity().pvalue, rel=1e-9)
    assert found.i_squared == pytest.approx(expected.i2, rel=1e-9)


def test_equal_effects_are_not_heterogeneous() -> None:
    found = heterogeneity(effects((0.1, 0.05), (0.1, 0.2)))
    assert (found.p, found.i_squared) == pytest.approx((1.0, 0.0))


def test_one_segment_cannot_differ() -> None:
    flawed = Effect(Estimate(1.0, 0.1, 1), Estimate(1.0, 0.1, 50))
    found = heterogeneity([*effects((0.1, 0.05)), flawed])
    assert (found.p, found.flaw) == (1.0, "fewer than two segments can be judged")


@pytest.mark.feature("ABT-17")
def test_the_kidney_stones_are_flagged() -> None:
    """Charig et al. (1986), BMJ 292:879-882: open surgery is better for small and large stones."""
    small, large = (rate(234, 270), rate(81, 87)), (rate(55, 80), rate(192, 263))
    found = simpsons_paradox([small, large])
    assert found.crude == pytest.approx(273 / 350 - 289 / 350)
    by_size = (357 * (81 / 87 - 234 / 270) + 343 * (192 / 263 - 55 / 80)) / 700
    assert found.standardised == pytest.approx(by_size)
    assert found.standardised > 0 > found.crude
    assert found.unlike_p < 1e-20
    assert found.reversed_


def test_two_directions_by_chance_are_no_paradox() -> None:
    found = simpsons_paradox([(rate(50, 500), rate(51, 505)), (rate(99, 502), rate(99, 500))])
    assert found.unlike_p > 0.5
    assert not found.reversed_


def test_without_segments_it_is_not_assessed() -> None:
    one = (rate(5, 50), rate(6, 50))
    for segments in ([], [one], [one, (rate(5, 50), rate(0, 0))]):
        found = simpsons_paradox(segments)
        assert found.flaw == "fewer than two segments have units in both variants"
        assert not found.reversed_
