"""What a look proves: of a treatment, and of a guardrail."""

import math

import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.effect import Effect
from frontier_assets.stats.experiments.judgement import METHODS, guardrail, judge
from frontier_assets.stats.experiments.means import difference_of_means
from frontier_assets.stats.experiments.plan import Looks, Plan
from frontier_assets.stats.experiments.sample import Sample
from frontier_assets.stats.intervals import Interval

PLAN = Plan(planned=2000)


def effect(difference: float, units: int = 2000) -> Effect:
    return difference_of_means(
        *(Sample(count=units // 2, mean=mean, variance=1.0) for mean in (10.0, 10.0 + difference))
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("difference", [0.05, 0.1, 0.15, 0.3, -0.3])
def test_the_interval_leaves_out_0_when_the_p_value_is_below_alpha(
    method: str, difference: float
) -> None:
    found = judge(effect(difference), PLAN, Looks([500, 1000, 2000]), method=method)
    assert found.interval is not None
    proved = found.interval.lower > 0 or found.interval.upper < 0
    assert proved == (found.p <= PLAN.alpha) == (abs(found.z) >= found.critical)


@pytest.mark.feature("ABT-19")
def test_lower_latency_wins_and_higher_does_not() -> None:
    slower, faster = (
        judge(effect(by), PLAN, Looks([2000]), method="group_sequential") for by in (0.3, -0.3)
    )
    assert faster.better(0.05, "lower")
    assert not faster.better(0.05, "higher")
    assert slower.better(0.05, "higher")
    assert not slower.better(0.05, "lower")


def test_a_p_value_after_a_correction_decides() -> None:
    found = judge(effect(0.1), PLAN, Looks([2000]), method="fixed")
    assert found.better(0.05, "higher")
    assert not found.better(0.05, "higher", p=2 * found.p)


def test_the_relative_effect_is_a_part_of_control() -> None:
    found = judge(effect(0.3), PLAN, Looks([2000]), method="always_valid")
    assert found.relative is not None
    assert found.relative.estimate == pytest.approx(0.03)


@pytest.mark.feature("ABT-16")
def test_a_fixed_horizon_says_nothing_before_its_end_and_nothing_after_its_one_look() -> None:
    early = judge(effect(0.9), PLAN, Looks([1000]), method="fixed")
    assert early.flaw == "a fixed-horizon test waits for all units: 1000 of 2000 are there"
    assert (early.critical, early.p, early.interval) == (math.inf, 1.0, None)
    late = judge(effect(0.9), PLAN, Looks([2000, 2500]), method="fixed")
    assert late.flaw == "the one look was at 2000 units, of 2000 planned"
    assert not early.better(0.05, "higher")


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Method 'peeking' is not valid"):
        judge(effect(0.1), PLAN, Looks([2000]), method="peeking")


@pytest.mark.parametrize(
    ("interval", "higher", "lower"),
    [
        (Interval(0.0, -0.05, 0.05), "held", "held"),
        (Interval(0.5, 0.4, 0.6), "held", "harmed"),
        (Interval(-0.5, -0.6, -0.4), "harmed", "held"),
        (Interval(0.0, -0.2, 0.2), "open", "open"),
        (Interval(-0.05, -0.15, 0.05), "open", "held"),
        (None, "open", "open"),
    ],
)
def test_a_guardrail_is_held_harmed_or_open(
    interval: Interval | None, higher: str, lower: str
) -> None:
    assert guardrail(interval, margin=0.1, direction="higher") == higher
    assert guardrail(interval, margin=0.1, direction="lower") == lower


@pytest.mark.parametrize("margin", [-0.1, math.nan])
def test_a_negative_margin_is_refused(margin: float) -> None:
    with pytest.raises(InvalidValueError, match="Margin"):
        guardrail(None, margin=margin, direction="higher")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"planned": 3}, "Planned units 3"),
        ({"planned": 100, "alpha": 0.0}, "Alpha 0.0"),
        ({"planned": 100, "alpha": 1.0}, "Alpha 1.0"),
        ({"planned": 100, "spending": "all"}, "Spending 'all'"),
    ],
)
def test_an_impossible_plan_is_refused(arguments: dict[str, float | str], named: str) -> None:
    with pytest.raises(InvalidValueError, match=named):
        Plan(**arguments)  # type: ignore[arg-type]
