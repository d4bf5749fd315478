"""Classification metrics of predicted labels or class probabilities; scikit-learn computes them.

Where a class makes a ratio 0/0 (never predicted, or predicted and never true) it counts as 0, as in
scikit-learn. Source: scikit-learn user guide, section 3.4.4.
"""

from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.influence import macro_rows, mean_rows

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


def perplexity(probabilities: Array, targets: Array, weights: Array | None) -> float:
    """Return e to the log loss: among how many equally likely classes the model still guesses."""
    return float(np.exp(log_loss(probabilities, targets, weights)))


def roc_auc(probabilities: Array, targets: Array, weights: Array | None) -> float:
    """Return how often an example of class 1 scores above one of class 0; a tie counts half.

    NaN where one of the two classes does not occur.

    Raises:
        InvalidValueError: there are other than two classes, or weights.
    """
    from sklearn.metrics import roc_auc_score

    _check_two_classes(probabilities, weights)
    if len(np.unique(targets)) == 1:
        return float("nan")
    return float(roc_auc_score(targets, probabilities[:, 1]))


def accuracy_rows(labels: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the accuracy, see `stats.influence`."""
    return mean_rows(labels == targets, weights)


def balanced_accuracy_rows(labels: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the balanced accuracy."""
    (_, true), (right, _) = _indices(labels, targets)
    return macro_rows([true], right, weights, np.unique(true))


def recall_macro_rows(labels: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the mean recall."""
    (_, true), (right, classes) = _indices(labels, targets)
    return macro_rows([true], right, weights, classes)


def precision_macro_rows(labels: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the mean precision."""
    (predicted, _), (right, classes) = _indices(labels, targets)
    return macro_rows([predicted], right, weights, classes)


def f1_macro_rows(labels: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the mean F1."""
    (predicted, true), (right, classes) = _indices(labels, targets)
    return macro_rows([true, predicted], right, weights, classes)


def log_loss_rows(probabilities: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the log loss."""
    chosen = probabilities[np.arange(len(targets)), targets.astype(np.int64)]
    smallest = np.finfo(np.float64).eps
    return mean_rows(-np.log(np.clip(chosen, smallest, 1 - smallest)), weights)


def perplexity_rows(probabilities: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the perplexity."""
    losses = log_loss_rows(probabilities, targets, weights)
    return np.asarray(np.exp(losses.mean()) * (1 + losses - losses.mean()))


def roc_auc_rows(probabilities: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each example contributes to the area under the curve.

    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837-845, equations 4 and 5.
    """
    _check_two_classes(probabilities, weights)
    scores, positive = probabilities[:, 1], targets == 1
    above, below = np.sort(scores[positive]), np.sort(scores[~positive])
    places = np.where(positive, _share_below(below, scores), 1 - _share_below(above, scores))
    area = places[positive].mean()
    share = np.where(positive, positive.mean(), 1 - positive.mean())
    return np.asarray(area + (places - area) / share)


def _share_below(ordered: Array, scores: Array) -> Array:
    sides = [np.searchsorted(ordered, scores, side) for side in ("left", "right")]
    return np.asarray((sides[0] + sides[1]) / (2 * len(ordered)))


def _check_two_classes(probabilities: Array, weights: Array | None) -> None:
    if probabilities.shape[1] != 2:  # noqa: PLR2004 - one curve tells two classes apart
        raise InvalidValueError("Number of classes", probabilities.shape[1], "roc_auc takes two")
    if weights is not None:
        raise InvalidValueError(
            "Weights", f"{len(weights)} numbers", "roc_auc knows none; leave them out"
        )


def _indices(labels: Array, targets: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return labels and targets as indices; and who is right, with every index that occurs."""
    classes, places = np.unique(np.concatenate([labels, targets]), return_inverse=True)
    predicted, true = np.split(places, 2)
    return (predicted, true), (predicted == true, np.arange(len(classes)))
