"""Conditional power against R's ldbounds, and what it says as results come in."""

import math

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.effect import Effect, Estimate
from frontier_assets.stats.experiments.futility import conditional_power
from frontier_assets.stats.experiments.judgement import METHODS
from frontier_assets.stats.experiments.plan import Looks, Plan

MANY = 10**9  # units for which Student's t is normal


def effect(difference: float, error: float) -> Effect:
    return Effect(
        Estimate(1.0, error / math.sqrt(2), MANY),
        Estimate(1.0 + difference, error / math.sqrt(2), MANY),
    )


def test_it_is_that_of_ldbounds() -> None:
    """R's ldbounds 2.0.2, vignette: condpower(2.0, 0.067, 300, "bin", 0.25, 0.15, 900)."""
    error = 0.1 / (0.1 / math.sqrt(2 * 0.2 * 0.8) * math.sqrt(450) * math.sqrt(1 / 3))
    plan = Plan(planned=900, alpha=math.erfc(2 / math.sqrt(2)))
    found = conditional_power(
        effect(0.067 * error, error), plan, Looks([300]), method="fixed", minimum_effect=0.1
    )
    assert found == pytest.approx(0.7452924, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_it_falls_with_what_was_seen_and_turns_with_the_direction(method: str) -> None:
    plan, looks = Plan(planned=1000), Looks([250, 500])
    powers = [
        conditional_power(effect(by, 0.05), plan, looks, method=method, minimum_effect=0.1)
        for by in (0.1, 0.0, -0.1)
    ]
    mirrored = conditional_power(
        effect(-0.1, 0.05), plan, looks, method=method, minimum_effect=-0.1
    )
    assert powers[0] == pytest.approx(mirrored)
    assert powers == sorted(powers, key=lambda value: value or 0, reverse=True)
    assert powers[2] is not None
    assert powers[2] < 0.1


def test_there_is_none_at_the_end_and_none_of_flawed_data() -> None:
    plan = Plan(planned=1000)
    flawed = Effect(Estimate(1.0, 0.1, 1), Estimate(1.0, 0.1, 50))
    for data, looks in ((effect(0.1, 0.1), Looks([1000])), (flawed, Looks([500]))):
        found = conditional_power(data, plan, looks, method="fixed", minimum_effect=0.1)
        assert found is None


def test_a_minimum_effect_of_0_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Minimum effect"):
        conditional_power(
            effect(0, 1), Plan(planned=9), Looks([5]), method="fixed", minimum_effect=0
        )
