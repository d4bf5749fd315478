"""The specification of assignment: its vectors, its balance, and what a ramp leaves alone."""

import dataclasses

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.experiments.assignment import SPECIFICATION, Assignment
from frontier_assets.experiments.hashing import place, places

PLAN = Assignment(
    variants=("1.0.0", "1.1.0"),
    weights=(0.5, 0.5),
    coverage=1.0,
    seed="wider-net",
    namespace="m:default",
    namespace_range=(0.0, 1.0),
    strategy="sticky_hash",
)
UNITS = [f"user-{at}" for at in range(10_000)]

# GrowthBook SDK specification 0.7.1, `hash` of its test cases, version 2.
GROWTHBOOK = [
    ("seed", "a", 0.0505),
    ("seed", "b", 0.2696),
    ("foo", "ab", 0.2575),
    ("foo", "def", 0.2019),
    ("89123klj", "8952klfjas09ujkasdf", 0.124),
    ("90850943850283058242805", "123", 0.7516),
    ("()**(%$##$%#$#", '___)((*":&', 0.0128),
]
# Of this specification, version 1: unit, and its variant with the plan above at a coverage of 0.5.
VECTORS = [
    ("user-0", None),
    ("user-1", None),
    ("user-2", "1.0.0"),
    ("user-4", "1.0.0"),
    ("user-6", "1.1.0"),
    ("user-10", "1.1.0"),
    ("ü-Ω", "1.0.0"),
    ("日本", "1.0.0"),
]


@pytest.mark.parametrize(("seed", "unit", "expected"), GROWTHBOOK)
def test_the_published_vectors_are_reproduced(seed: str, unit: str, expected: float) -> None:
    assert place(seed, unit) == expected
    assert places(seed, [unit]).tolist() == [expected]


@pytest.mark.parametrize(("unit", "variant"), VECTORS)
def test_the_vectors_of_the_specification_are_reproduced(unit: str, variant: str | None) -> None:
    assert SPECIFICATION == 1
    assert dataclasses.replace(PLAN, coverage=0.5).variant(unit) == variant


def test_many_units_at_once_get_what_each_gets_alone() -> None:
    units = [*UNITS[:500], *(f"ß{at}Ω" for at in range(500)), "a", "ab" * 60]
    for plan in (PLAN, dataclasses.replace(PLAN, coverage=0.3, namespace_range=(0.2, 0.9))):
        alone = [plan.variant(unit) for unit in units]
        together = [None if at < 0 else plan.variants[at] for at in plan.indices(units)]
        assert together == alone


def test_a_million_units_are_divided_as_planned() -> None:
    plan = dataclasses.replace(
        PLAN, variants=("a", "b", "c"), weights=(0.5, 0.3, 0.2), strategy="weighted"
    )
    units = 1_000_000
    counts = np.bincount(plan.indices([str(at) for at in range(units)]), minlength=3)
    for count, weight in zip(counts, plan.weights, strict=True):
        assert abs(count - units * weight) < 4 * (units * weight * (1 - weight)) ** 0.5


def test_a_ramp_from_a_tenth_to_a_half_moves_nobody_who_was_exposed() -> None:
    before, after = (
        dataclasses.replace(PLAN, coverage=share).indices(UNITS) for share in (0.1, 0.5)
    )
    exposed = before >= 0
    assert (before[exposed] == after[exposed]).all()
    assert (exposed.mean(), (after >= 0).mean()) == pytest.approx((0.1, 0.5), abs=0.02)


def test_who_is_exposed_says_nothing_about_the_variant() -> None:
    found = dataclasses.replace(PLAN, coverage=0.2).indices(UNITS)
    assert (found[found >= 0] == 1).mean() == pytest.approx(0.5, abs=0.05)


def test_other_experiments_divide_the_same_units_otherwise() -> None:
    first = PLAN.indices(UNITS)
    second = dataclasses.replace(PLAN, seed="another").indices(UNITS)
    assert (first == second).mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.feature("ABT-8")
@pytest.mark.parametrize("strategy", ["sticky_hash", "weighted", "random", "thompson"])
def test_every_strategy_keeps_to_the_weights(strategy: str) -> None:
    """Within four standard deviations of the binomial at 0.7."""
    plan = dataclasses.replace(PLAN, strategy=strategy, weights=(0.3, 0.7))
    treated = int((plan.indices(UNITS) == 1).sum())
    assert abs(treated - 7000) < 4 * (10_000 * 0.3 * 0.7) ** 0.5
    assert {plan.variant(unit) for unit in UNITS[:50]} == {*plan.variants}


@pytest.mark.feature("ABT-8")
def test_a_hash_is_sticky_and_a_random_draw_is_not() -> None:
    assert (PLAN.indices(UNITS) == PLAN.indices(UNITS)).all()
    drawn = dataclasses.replace(PLAN, strategy="random")
    assert (drawn.indices(UNITS) != drawn.indices(UNITS)).any()


def test_bounds_of_shares_are_met_to_the_last_place() -> None:
    """A third of 0.1, 0.2 and 0.7: sums of floats end above 0.3, and the place 0.3 lies behind."""
    plan = dataclasses.replace(PLAN, variants=("a", "b", "c"), weights=(0.1, 0.2, 0.7))
    at = next(unit for unit in map(str, range(100_000)) if place("wider-net:variant", unit) == 0.3)
    assert plan.variant(at) == "c"
    assert plan.indices([at]).tolist() == [2]


@pytest.mark.parametrize("unit", ["", "a" * 201, "a\0", 7])
def test_what_is_no_unit_is_refused(unit: str) -> None:
    with pytest.raises(InvalidValueError, match="Unit"):
        PLAN.variant(unit)


def test_a_unit_that_arrays_would_shorten_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="does not end with a NUL"):
        PLAN.indices(["a", "b\0"])
