"""How many units an experiment needs, and what cannot end in time."""

import pytest

from frontier_assets.errors import ForecastError
from frontier_assets.stats.experiments.sample_size import units_for_proportions
from frontier_assets_tests.experiments.conftest import Lab

ACCURACY = {"metric": "accuracy", "kind": "proportion"}


@pytest.mark.feature("ABT-15")
def test_the_forecast_names_units_per_variant_formula_and_days(lab: Lab) -> None:
    """From 0.5 to 0.55 with power 0.8 takes 1,565 for each variant (1564.67)."""
    rates = {"planned_units": None, "baseline": 0.5, "minimum_effect": 0.05}
    made = lab.create(metric=ACCURACY, method="fixed", daily_units=500, **rates)
    found = lab.experiments.forecast(made.id)
    assert (found.units_per_variant, found.days) == (1565, 7)
    assert found.formula == "pooled two-proportion z test"


@pytest.mark.parametrize(
    ("method", "power", "factor", "said"),
    [
        ("group_sequential", 0.82, 1.052, "for 50 looks by obrien_fleming spending"),
        ("always_valid", 0.8, 1.915, "for looks at any time"),
    ],
)
def test_looking_often_takes_more_units_for_the_same_power(
    lab: Lab, method: str, power: float, factor: float, said: str
) -> None:
    """Of a power of 0.82 giving up at a chance of 10 % leaves 1 - 0.18 / 0.9 = 0.80 at least."""
    rates = {"planned_units": None, "baseline": 0.5, "minimum_effect": 0.05}
    made = lab.create(metric=ACCURACY, method=method, **rates)
    found = lab.experiments.forecast(made.id)
    single = units_for_proportions(0.5, 0.05, power=power).per_arm
    assert found.units_per_variant == pytest.approx(single * factor, rel=1e-3)
    assert found.formula.startswith("pooled two-proportion z test, x ")
    assert said in found.formula
    assert made.design.planned_units == found.units_per_variant


def test_the_forecast_knows_which_units_take_part(lab: Lab) -> None:
    """A tenth of a half of 20,000 a day, of which a tenth gets the treatment."""
    facts = {"coverage": 0.1, "namespace_range": (0.0, 0.5), "split": 0.1, "daily_units": 20_000}
    assert lab.experiments.forecast(lab.create(planned_units=900, **facts).id).days == 5
    made = lab.create(planned_units=900, minimum_units=800, **facts)
    assert lab.experiments.forecast(made.id).days == 8


def test_what_cannot_finish_in_time_starts_only_when_told_so(lab: Lab) -> None:
    made = lab.create(daily_units=100)
    with pytest.raises(ForecastError, match=r"needs 40\.0 days and may take 7"):
        lab.experiments.start(made.id)
    assert lab.experiments.start(made.id, allow_unfinished=True).state == "running"
