"""Metrics of pictures against scikit-learn and hand-worked figures."""

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import compute


@pytest.mark.feature("EVA-14")
def test_the_first_five_classes_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import top_k_accuracy_score

    random = np.random.default_rng(0)
    chances, targets = random.dirichlet(np.ones(12), 50), random.integers(0, 12, 50)
    found = compute(["top_5_accuracy"], chances, targets, outputs_kind="probabilities")
    wanted = top_k_accuracy_score(targets, chances, k=5, labels=np.arange(12))
    assert found == {"top_5_accuracy": wanted}


@pytest.mark.feature("EVA-14")
def test_pixels_of_both_masks_count_over_those_of_either() -> None:
    true = np.array([[[1, 1], [0, 0]], [[0, 0], [0, 1]]])
    found = np.array([[[0.9, 0.1], [0.6, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    assert compute(["mask_iou"], found, true, outputs_kind="values") == {"mask_iou": 2 / 4}
    with pytest.raises(InvalidValueError, match="'mask_iou' nan"):
        compute(["mask_iou"], np.zeros((1, 2, 2)), np.zeros((1, 2, 2)), outputs_kind="values")
