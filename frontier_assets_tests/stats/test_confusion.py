import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.stats.confusion import confusion_counts


def test_matches_the_example_of_scikit_learn_s_user_guide() -> None:
    """Section 3.4.4.5: y_true [2, 0, 2, 2, 0, 1], y_pred [0, 0, 2, 2, 0, 2]."""
    counts = confusion_counts(np.array([0, 0, 2, 2, 0, 2]), np.array([2, 0, 2, 2, 0, 1]), 3)
    assert counts.tolist() == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_agrees_with_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import confusion_matrix

    targets, labels = np.array(pairs).T
    expected = confusion_matrix(targets, labels, labels=range(5))
    assert confusion_counts(labels, targets, 5).tolist() == expected.tolist()


def test_narrow_integers_do_not_overflow() -> None:
    high = np.array([49, 49], dtype=np.int8)
    assert confusion_counts(high, high, 50)[49, 49] == 2
