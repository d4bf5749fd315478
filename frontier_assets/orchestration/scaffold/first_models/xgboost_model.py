"""Boosted trees on scikit-learn's iris data: replace the data and the training by your own."""

import numpy as np
from sklearn.datasets import load_iris  # noqa: TID253 - a user's module may
from sklearn.metrics import accuracy_score, log_loss  # noqa: TID253
from sklearn.model_selection import train_test_split  # noqa: TID253
from xgboost import XGBClassifier  # noqa: TID253

import frontier_assets as fa

SPLIT_SEED = 7


def train_set() -> fa.Dataset:
    """Return four fifths of the 150 flowers."""
    return _part("train")


def holdout() -> fa.Dataset:
    """Return the fifth that training never sees."""
    return _part("holdout")


def train(run: fa.TrainingRun) -> None:
    """Fit the trees and save them as a checkpoint.

    `run.parameters` and `run.seed` are the YAML's; call `run.save` as often as there are states
    worth keeping. The best of them, by the metric `loss`, becomes the next version.
    """
    features, labels = run.dataset.inputs["features"], run.dataset.targets
    rows, held_back = train_test_split(
        np.arange(len(labels)), test_size=0.25, random_state=run.seed, stratify=labels
    )
    trees = XGBClassifier(
        n_estimators=run.parameters["rounds"],
        max_depth=run.parameters["depth"],
        learning_rate=0.2,
        random_state=run.seed,
    )
    trees.fit(features[rows], labels[rows])
    probabilities = trees.predict_proba(features[held_back])
    run.save(
        step=1,
        state={"model": trees},
        metrics={
            "loss": float(log_loss(labels[held_back], probabilities)),
            "accuracy": float(accuracy_score(labels[held_back], probabilities.argmax(axis=1))),
        },
    )


def _part(name: str) -> fa.Dataset:
    flowers = load_iris()
    train_rows, holdout_rows = train_test_split(
        np.arange(len(flowers.target)),
        test_size=0.2,
        random_state=SPLIT_SEED,
        stratify=flowers.target,
    )
    rows = np.sort(train_rows if name == "train" else holdout_rows)
    return fa.Dataset(
        inputs={"features": flowers.data[rows].astype(np.float32)},
        targets=flowers.target[rows].astype(np.int64),
    )
