"""Which class was taken for which: the confusion counts of a classification."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def confusion_counts(labels: Array, targets: Array, classes: int) -> Array:
    """Return how many examples of each class were predicted as each: (classes, classes) int64.

    Rows are the true class, columns the predicted one, as in scikit-learn. ``labels`` and
    ``targets`` hold indices from 0 to ``classes - 1``. Every example counts once, whatever its
    weight.
    """
    places = targets.astype(np.int64) * classes + labels.astype(np.int64)
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes)
