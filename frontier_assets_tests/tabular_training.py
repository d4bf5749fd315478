"""Training functions of tabular models: one checkpoint, which holds the whole model."""

from typing import Any

from frontier_assets import Dataset, TrainingRun
from frontier_assets_tests import tabular


def train_set() -> Dataset:
    x = tabular.points(200)
    return Dataset(inputs={"x": x}, targets=tabular.classes(x))


def holdout() -> Dataset:
    x = tabular.points(500)[200:]
    return Dataset(inputs={"x": x}, targets=tabular.classes(x))


def sklearn(run: TrainingRun) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    save(run, make_pipeline(StandardScaler(), LogisticRegression()))


def xgboost(run: TrainingRun) -> None:
    from xgboost import XGBClassifier

    save(run, XGBClassifier(n_estimators=40, n_jobs=1, random_state=run.seed))


def lightgbm(run: TrainingRun) -> None:
    from lightgbm import LGBMClassifier

    save(run, LGBMClassifier(n_estimators=40, n_jobs=1, random_state=run.seed, verbose=-1))


def save(run: TrainingRun, model: Any) -> None:
    fitted = model.fit(run.dataset.inputs["x"], run.dataset.targets)
    run.save(step=1, state={"model": fitted}, metrics={"loss": 0.1})
