"""The group-sequential method against rpact, and what it spends when looks come as they come."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from frontier_assets.stats.experiments.boundaries import bounds
from frontier_assets.stats.experiments.group_sequential import group_sequential
from frontier_assets.stats.experiments.plan import Looks, Plan, even_units
from frontier_assets.stats.experiments.spending import obrien_fleming

PLAN = Plan(planned=1000)


def critical(*units: int, final: bool = False, plan: Plan = PLAN) -> float:
    return group_sequential(0.0, plan, Looks(units, final=final)).critical


@pytest.mark.parametrize(
    ("looks", "z", "one_sided"), [((205,), 1.87, 0.11586361), ((205, 285), 2.19, 0.037973374)]
)
def test_repeated_p_values_are_those_of_rpact(
    looks: tuple[int, ...], z: float, one_sided: float
) -> None:
    """R's rpact 4.1.0, tests of survival data: "asOF", events 205 and 285 of 387.

    Its search leaves 1e-5; the next test has the closed form of the first look.
    """
    found = group_sequential(z, Plan(planned=387), Looks(looks))
    assert found.p == pytest.approx(2 * one_sided, rel=1e-5)


def test_the_repeated_p_value_of_a_first_look_has_a_closed_form() -> None:
    """The alpha of which 4 - 4 Phi(z(alpha / 4) / root t) is what one look at z uses up."""
    spent = math.sqrt(0.4) * norm.isf(norm.sf(1.87) / 2)
    found = group_sequential(1.87, PLAN, Looks((400,)))
    assert found.p == pytest.approx(4 * norm.sf(spent), rel=1e-7)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_the_p_value_is_alpha_where_the_statistic_meets_the_bound(spending: str) -> None:
    plan = Plan(planned=1000, alpha=0.03, spending=spending)
    found = critical(200, 450, 800, plan=plan)
    for sign in (1, -1):
        p = group_sequential(sign * found, plan, Looks((200, 450, 800))).p
        assert p == pytest.approx(0.03, rel=1e-6)


def test_a_statistic_of_0_has_a_p_value_of_1_and_a_huge_one_nearly_none() -> None:
    assert group_sequential(0.0, PLAN, Looks((500,))).p == 1.0
    assert group_sequential(38.0, PLAN, Looks((500, 700))).p == pytest.approx(1e-12, rel=1e-6)


def test_a_single_look_at_the_end_is_the_test_of_a_fixed_horizon() -> None:
    found = group_sequential(2.0, PLAN, Looks((1000,)))
    assert found.critical == pytest.approx(1.959964, abs=1e-6)
    assert found.p == pytest.approx(math.erfc(2 / math.sqrt(2)), rel=1e-6)


def test_a_final_look_spends_what_is_left_before_the_planned_units_came() -> None:
    assert critical(250, 500, final=True) < critical(500, 1000) < critical(250, 500)
    expected = bounds((250.0, 500.0), (obrien_fleming(0.25, 0.05), 0.05))
    assert critical(250, 500, final=True) == pytest.approx(expected[-1])


def test_more_units_than_planned_spend_no_more_than_alpha() -> None:
    expected = bounds((500.0, 1400.0), (obrien_fleming(0.5, 0.05), 0.05))
    assert critical(500, 1400) == pytest.approx(expected[-1])


def test_after_the_planned_end_nothing_can_be_concluded() -> None:
    found = group_sequential(9.0, PLAN, Looks((500, 1000, 1200)))
    assert found.flaw == "all of alpha was spent at 1000 units, of 1000 planned"
    assert (found.critical, found.p) == (math.inf, 1.0)


def test_an_even_split_counts_every_unit_and_an_uneven_one_fewer() -> None:
    assert even_units(500, 500) == 1000
    assert even_units(900, 100) == 360
    assert even_units(900, 0) == 0


def test_shares_that_change_keep_alpha() -> None:
    """Four looks at 10 %, then four at 50 % for treatment: 4,000 experiments, four sigma."""
    random = np.random.default_rng(1)
    counts = np.array([[900, 100]] * 4 + [[500, 500]] * 4).cumsum(axis=0)
    steps = np.sqrt(np.diff(counts, axis=0, prepend=0))
    means = (random.normal(size=(4000, 8, 2)) * steps).cumsum(axis=1) / counts
    deviates = (means[..., 1] - means[..., 0]) / np.sqrt((1 / counts).sum(axis=1))
    units = [even_units(*look) for look in counts.tolist()]
    plan = Plan(planned=units[-1])
    limits = [critical(*units[: look + 1], plan=plan) for look in range(8)]
    assert (np.abs(deviates) >= limits).any(axis=1).mean() == pytest.approx(0.05, abs=0.014)


def test_looks_that_bring_hardly_a_unit_are_one() -> None:
    assert critical(500, 700, 700) == critical(500, 700)
    assert critical(0, 500, 700) == critical(500, 700)


def test_a_look_with_fewer_units_than_before_was_none() -> None:
    assert critical(500, 480, 700) == critical(500, 700)


def test_looks_that_creep_by_single_units_are_not_one() -> None:
    creeping = critical(*range(1, 501), plan=Plan(planned=10_000))
    steps = critical(*range(10, 501, 10), plan=Plan(planned=10_000))
    assert creeping == pytest.approx(steps, rel=0.01)
