"""Classification metrics of predicted labels or class probabilities; scikit-learn computes them.

Where a class makes a ratio 0/0 (never predicted, or predicted and never true) it counts as 0, as in
scikit-learn. Source: scikit-learn user guide, section 3.4.4.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def accuracy(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the fraction of examples whose label is right."""
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(targets, labels, sample_weight=weights))


def balanced_accuracy(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean recall over the classes that occur in ``targets``."""
    from sklearn.metrics import recall_score

    # `balanced_accuracy_score` is the same mean and warns about classes that are only predicted.
    present = np.unique(targets)
    return float(
        recall_score(
            targets,
            labels,
            labels=present,
            average="macro",
            sample_weight=weights,
            zero_division=np.nan,
        )
    )


def f1_macro(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean F1 over the classes that occur in either array."""
    from sklearn.metrics import f1_score

    return float(f1_score(targets, labels, average="macro", sample_weight=weights, zero_division=0))


def precision_macro(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean precision over the classes that occur in either array."""
    from sklearn.metrics import precision_score

    return float(
        precision_score(targets, labels, average="macro", sample_weight=weights, zero_division=0)
    )


def recall_macro(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean recall over the classes that occur in either array."""
    from sklearn.metrics import recall_score

    return float(
        recall_score(targets, labels, average="macro", sample_weight=weights, zero_division=0)
    )


def log_loss(probabilities: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean negative log-likelihood in nats; a probability of 0 counts as 2.2e-16."""
    from sklearn.metrics import log_loss as cross_entropy

    classes = np.arange(probabilities.shape[1])
    return float(cross_entropy(targets, probabilities, sample_weight=weights, labels=classes))
