"""The adjusted Rand index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.clustering import adjusted_rand
from frontier_assets.stats.metrics import compute

groups = st.lists(st.integers(0, 3), min_size=4, max_size=40)


def test_a_worked_example() -> None:
    """Six objects in groups {3, 3} and {2, 2, 2}: by hand (2 - 1.2) / (4.5 - 1.2)."""
    targets, labels = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(labels, targets, None) == pytest.approx(0.8 / 3.3)


@settings(database=None)
@given(labels=groups)
def test_names_of_groups_do_not_matter(labels: list[int]) -> None:
    found = np.array(labels)
    assert adjusted_rand(3 - found, found, None) == pytest.approx(1.0)


def test_random_groups_score_about_zero() -> None:
    random = np.random.default_rng(0)
    pairs = [random.integers(0, 4, (2, 300)) for _ in range(200)]
    scores = [adjusted_rand(labels, targets, None) for labels, targets in pairs]
    assert np.mean(scores) == pytest.approx(0.0, abs=0.005)


def test_it_is_a_metric_of_labels_and_takes_no_weights() -> None:
    labels = np.array([1, 1, 0, 0])
    assert compute(["adjusted_rand"], labels, 1 - labels, outputs_kind="labels") == {
        "adjusted_rand": 1.0
    }
    with pytest.raises(InvalidValueError, match="adjusted_rand knows none"):
        adjusted_rand(labels, labels, np.ones(4))


@pytest.mark.feature("EVA-14")
def test_shared_information_ignores_the_names_of_clusters() -> None:
    name = "normalized_mutual_information"
    groups = np.array([0, 0, 1, 1])
    found = [
        compute([name], labels, groups, outputs_kind="labels")[name]
        for labels in (np.array([7, 7, 3, 3]), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 2]))
    ]
    assert found == pytest.approx([1.0, 0.0, 0.8])
    with pytest.raises(InvalidValueError, match=r"Weights.*knows none"):
        compute([name], groups, groups, outputs_kind="labels", weights=np.ones(4))
