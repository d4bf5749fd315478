"""Mann and Whitney's test against scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from frontier_assets.stats.experiments.ranks import mann_whitney


@pytest.mark.feature("ABT-11")
@pytest.mark.parametrize("decimals", [8, 0], ids=["no ties", "many ties"])
def test_it_is_that_of_scipy(decimals: int) -> None:
    random = np.random.default_rng(1)
    control = random.exponential(3, 60).round(decimals)
    treatment = random.exponential(4, 75).round(decimals)
    found = mann_whitney(control, treatment)
    expected = stats.mannwhitneyu(treatment, control, method="asymptotic")
    assert found.p == pytest.approx(expected.pvalue, rel=1e-10)
    assert found.superiority == pytest.approx(expected.statistic / (60 * 75))


@pytest.mark.parametrize(
    ("treatment", "reason"),
    [
        ([], "treatment has fewer than two units"),
        ([5.0], "treatment has fewer than two units"),
        ([5.0, math.nan], "treatment has a value that is no finite number"),
        ([5.0, math.inf], "treatment has a value that is no finite number"),
        ([1.0, 1.0], "every unit of both variants has the same value"),
    ],
)
def test_degenerate_values_prove_nothing(treatment: list[float], reason: str) -> None:
    found = mann_whitney(np.ones(3), np.array(treatment))
    assert (found.p, found.flaw) == (1.0, reason)
