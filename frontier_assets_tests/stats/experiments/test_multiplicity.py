"""Corrected p-values against statsmodels and a worked example."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from frontier_assets.stats.experiments.multiplicity import CORRECTIONS, benjamini_hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@pytest.fixture(scope="module", autouse=True)
def _little_garbage() -> None:
    """Let statsmodels, whose Holm collects garbage, not look through all that was imported."""
    gc.freeze()


@pytest.mark.feature("ABT-18")
def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_the_table_of_benjamini_and_hochberg_has_four_discoveries() -> None:
    """Benjamini and Hochberg (1995), section 3.1: 15 comparisons, where Holm finds three."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p_values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(p <= 0.05 for p in benjamini_hochberg(p_values)) == 4
    assert sum(p <= 0.05 for p in holm(p_values)) == 3


@pytest.mark.parametrize(("name", "theirs"), [("holm", "holm"), ("benjamini_hochberg", "fdr_bh")])
@given(p_values=P_VALUES)
def test_corrections_are_those_of_statsmodels(
    name: str, theirs: str, p_values: list[float]
) -> None:
    expected = multipletests(p_values, method=theirs)[1]
    assert CORRECTIONS[name](p_values) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_no_tests_stay_none_and_one_stays_itself(name: str) -> None:
    assert CORRECTIONS[name]([]) == []
    assert CORRECTIONS[name]([0.03]) == [0.03]
