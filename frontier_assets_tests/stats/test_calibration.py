import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.stats.calibration import expected_calibration_error, reliability_bins

Sample = list[tuple[float, bool]]
samples = st.lists(st.tuples(st.floats(0.5, 1.0), st.booleans()), min_size=1, max_size=60)


def arrays(sample: Sample) -> tuple["np.ndarray[tuple[int, ...], np.dtype[np.float64]]", ...]:
    confidence = np.array([item[0] for item in sample])
    right = np.array([item[1] for item in sample])
    probabilities = np.column_stack([confidence, 1 - confidence])
    predicted = probabilities.argmax(axis=1)
    return probabilities, np.where(right, predicted, 1 - predicted)


def test_a_worked_example() -> None:
    """Four at 0.9, three of them right; one at 0.6, wrong: 4/5 x 0.15 + 1/5 x 0.6 = 0.24."""
    bins = reliability_bins(*arrays([(0.9, True)] * 3 + [(0.9, False), (0.6, False)]))
    filled = {(item.lower, item.upper): item for item in bins if item.count}
    assert {place: item.count for place, item in filled.items()} == {(0.5, 0.6): 1, (0.8, 0.9): 4}
    assert filled[0.8, 0.9].confidence == pytest.approx(0.9)
    assert filled[0.8, 0.9].accuracy == 0.75
    assert expected_calibration_error(bins) == pytest.approx(0.24)


def test_a_perfectly_calibrated_classifier_has_no_error() -> None:
    bins = reliability_bins(*arrays([(0.75, True)] * 3 + [(0.75, False)]))
    assert expected_calibration_error(bins) == pytest.approx(0.0)


def test_certain_and_always_wrong_is_the_worst() -> None:
    bins = reliability_bins(*arrays([(1.0, False)] * 5))
    assert expected_calibration_error(bins) == 1.0


def test_an_empty_bin_has_neither_confidence_nor_accuracy() -> None:
    first = reliability_bins(*arrays([(1.0, True)]))[0]
    assert (first.count, first.confidence, first.accuracy) == (0, None, None)


@given(samples)
def test_every_example_is_in_one_bin_and_the_error_is_a_fraction(sample: Sample) -> None:
    bins = reliability_bins(*arrays(sample))
    assert sum(item.count for item in bins) == len(sample)
    assert 0 <= expected_calibration_error(bins) <= 1


@given(samples)
def test_the_means_of_the_bins_agree_with_scikit_learn(sample: Sample) -> None:
    from sklearn.calibration import calibration_curve

    # It opens each bin at its upper edge, so what lies on an edge is left out here.
    sample = [item for item in sample if not np.isclose(item[0] * 10, round(item[0] * 10))]
    sample = sample or [(0.55, True)]
    probabilities, targets = arrays(sample)
    right = probabilities.argmax(axis=1) == targets
    accuracy, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=10)
    found = [item for item in reliability_bins(probabilities, targets) if item.count]
    assert [item.accuracy for item in found] == pytest.approx(accuracy.tolist())
    assert [item.confidence for item in found] == pytest.approx(confidence.tolist())
