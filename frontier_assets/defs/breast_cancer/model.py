"""A scikit-learn pipeline on the Wisconsin breast-cancer data: its data and its training."""

from typing import TYPE_CHECKING, Any

import numpy as np

import frontier_assets as fa

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SPLIT_SEED = 7
HOLDOUT_FRACTION = 0.3
# Two readings of one slide differ by about this fraction of a feature's spread.
READING_ERROR = 0.1


def train_set() -> fa.Dataset:
    """Return seven tenths of the 569 biopsies; each part has both diagnoses equally often."""
    training, _ = _split()
    return _dataset(training)


def holdout() -> fa.Dataset:
    """Return the biopsies that training never sees."""
    _, held_back = _split()
    return _dataset(held_back)


def second_reading() -> fa.Dataset:
    """Return the holdout as a second reader would have measured it: a tenth of a deviation off."""
    first = holdout()
    features = first.inputs["features"]
    spread = features.std(axis=0, keepdims=True)
    error = np.random.default_rng(SPLIT_SEED).normal(0.0, READING_ERROR, features.shape)
    measured = np.clip(features + spread * error, 0.0, None).astype(np.float32)
    return fa.Dataset(inputs={"features": measured}, targets=first.targets, ids=first.ids)


def _split() -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    diagnoses = load_breast_cancer().target
    training, held_back = train_test_split(
        np.arange(len(diagnoses)),
        test_size=HOLDOUT_FRACTION,
        random_state=SPLIT_SEED,
        stratify=diagnoses,
    )
    return np.sort(training), np.sort(held_back)


def _dataset(rows: "np.ndarray[Any, Any]") -> fa.Dataset:
    from sklearn.datasets import load_breast_cancer

    biopsies = load_breast_cancer()
    return fa.Dataset(
        inputs={"features": biopsies.data[rows].astype(np.float32)},
        targets=biopsies.target[rows].astype(np.int64),
        ids=rows.astype(np.int64),
    )


def train(run: "fa.TrainingRun") -> None:
    """Save one fitted pipeline per regularisation strength, judged by cross-validation.

    Parameters: ``strengths``, the inverse penalties to try in this order, and ``folds``. The best
    checkpoint is the one with the lowest cross-validated ``loss``. A run that was interrupted
    carries on with the strength after the last one saved.
    """
    before = run.resume()
    done = before["done"] if before else 0
    for step, strength in enumerate(run.parameters["strengths"], start=1):
        if step <= done:
            continue
        metrics = _cross_validated(run, float(strength))
        run.log({"strength": float(strength), **metrics})
        fitted = _pipeline(float(strength)).fit(run.dataset.inputs["features"], run.dataset.targets)
        state = {"model": fitted, "strength": float(strength), "done": step}
        run.save(step=step, state=state, metrics=metrics)


def _pipeline(strength: float) -> "Pipeline":
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=2000))


def _cross_validated(run: "fa.TrainingRun", strength: float) -> dict[str, float]:
    """Return the mean loss (nats) and accuracy over folds of the training set."""
    from sklearn.model_selection import StratifiedKFold, cross_validate

    folds = StratifiedKFold(int(run.parameters["folds"]), shuffle=True, random_state=run.seed)
    scores = cross_validate(
        _pipeline(strength),
        run.dataset.inputs["features"],
        run.dataset.targets,
        cv=folds,
        scoring=("neg_log_loss", "accuracy"),
    )
    return {
        "loss": -float(scores["test_neg_log_loss"].mean()),
        "accuracy": float(scores["test_accuracy"].mean()),
    }
