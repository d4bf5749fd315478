"""Models of rows and columns: what each kind of outputs gives, and what is refused."""

from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import EntrypointError, InvalidValueError
from frontier_assets.predictors.formats import load_predictor
from frontier_assets.predictors.predictor import Predictor
from frontier_assets_tests import tabular

X = tabular.points(50)
MAKERS: dict[str, Any] = {
    "sklearn": tabular.pipeline,
    "xgboost": tabular.xgboost_classifier,
    "lightgbm": lambda count=2: tabular.lightgbm_classifier(count=count).booster_,
}


def load(framework: str, model: Any, outputs: str, **inputs: list[str | int]) -> Predictor:
    declared = inputs or {"x": ["batch", 4]}
    return load_predictor(framework, model=model, inputs=declared, outputs=outputs)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("framework", MAKERS)
def test_probabilities_have_a_column_for_each_class_and_labels_are_the_most_probable(
    framework: str, count: int
) -> None:
    model = MAKERS[framework](count=count)
    probabilities = load(framework, model, "probabilities").predict({"x": X})
    assert probabilities.shape == (50, count)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    labels = load(framework, model, "labels").predict({"x": X})
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, probabilities.argmax(axis=1))


@pytest.mark.parametrize(("count", "shape"), [(2, (50,)), (3, (50, 3))])
@pytest.mark.parametrize("framework", MAKERS)
def test_logits_are_one_score_of_two_classes_or_one_for_each_of_more(
    framework: str, count: int, shape: tuple[int, ...]
) -> None:
    found = load(framework, MAKERS[framework](count=count), "logits").predict({"x": X})
    assert found.shape == shape
    assert found.min() < 0


def test_large_tables_are_predicted_in_pieces_and_joined() -> None:
    predictor = load("sklearn", tabular.pipeline(), "probabilities")
    many = np.tile(X, (2_000, 1))
    np.testing.assert_array_equal(predictor.predict({"x": many})[-50:], predictor.predict({"x": X}))


def test_several_inputs_become_the_named_columns_in_the_order_of_the_training() -> None:
    import pandas as pd
    from lightgbm import LGBMRegressor
    from sklearn.linear_model import LinearRegression
    from xgboost import XGBRegressor

    frame = pd.DataFrame({"width": X[:, 0], "age": X[:, 1]})
    shapes: dict[str, list[str | int]] = {"age": ["batch", 1], "width": ["batch", 1]}
    options: dict[str, Any] = {"n_estimators": 3, "n_jobs": 1}
    for framework, made in (
        ("sklearn", LinearRegression()),
        ("xgboost", XGBRegressor(**options)),
        ("lightgbm", LGBMRegressor(verbose=-1, **options)),
    ):
        fitted = made.fit(frame, X[:, 0])
        predictor = load(framework, getattr(fitted, "booster_", fitted), "values", **shapes)
        assert predictor.input_names == ("width", "age")
        found = predictor.predict({"age": X[:, 1:2], "width": X[:, :1]})
        np.testing.assert_allclose(found, fitted.predict(frame), rtol=1e-6)


def test_columns_that_the_model_does_not_know_are_refused() -> None:
    pipeline = tabular.pipeline()
    with pytest.raises(InvalidValueError, match="without names; fit it on a pandas DataFrame"):
        load("sklearn", pipeline, "labels", a=["batch", 1], b=["batch", 1])
    with pytest.raises(InvalidValueError, match=r"Input 'b' .*expected \[batch, 1\] for each"):
        load("sklearn", pipeline, "labels", a=["batch", 1], b=["batch", 3])


@pytest.mark.parametrize(
    ("outputs", "make", "message"),
    [
        ("logits", "ensemble.RandomForestClassifier", "no `decision_function`; write prob"),
        ("probabilities", "svm.LinearSVC", "no `predict_proba`; write logits or labels"),
        ("probabilities", "cluster.KMeans", "no `predict_proba`"),
    ],
)
def test_outputs_that_an_estimator_does_not_give_are_refused(
    outputs: str, make: str, message: str
) -> None:
    import importlib

    module, _, name = make.rpartition(".")
    model = getattr(importlib.import_module(f"sklearn.{module}"), name)()
    model.fit(X, tabular.classes(X))
    with pytest.raises(InvalidValueError, match=message):
        load("sklearn", model, outputs)


def test_classes_that_are_no_indices_are_refused() -> None:
    from sklearn.linear_model import LogisticRegression

    named = LogisticRegression().fit(X, np.where(X[:, 0] > 0, "cat", "dog"))
    with pytest.raises(InvalidValueError, match=r"\['cat', 'dog'\].*train on class indices"):
        load("sklearn", named, "probabilities")
    with pytest.raises(InvalidValueError, match=r"Labels of .*train on class indices"):
        load("sklearn", named, "labels").predict({"x": X})


@pytest.mark.parametrize("framework", ["xgboost", "lightgbm"])
def test_a_regression_has_no_classes(framework: str) -> None:
    from lightgbm import LGBMRegressor
    from xgboost import XGBRegressor

    kinds = {"xgboost": XGBRegressor, "lightgbm": LGBMRegressor}
    made = kinds[framework](n_estimators=2, n_jobs=1).fit(X, X[:, 0])
    model = getattr(made, "booster_", made)
    with pytest.raises(InvalidValueError, match="its objective is reg"):
        load(framework, model, "probabilities")
    assert load(framework, model, "values").predict({"x": X}).shape == (50,)


def test_a_wrapper_stops_where_its_training_was_best() -> None:
    from xgboost import XGBRegressor

    made = XGBRegressor(n_estimators=30, learning_rate=1.0, early_stopping_rounds=2, n_jobs=1)
    made.fit(X, X[:, 0], eval_set=[(X[:10], -X[:10, 0])], verbose=False)
    assert made.best_iteration < made.get_booster().num_boosted_rounds() - 1
    found = load("xgboost", made, "values").predict({"x": X})
    np.testing.assert_array_equal(found, made.predict(X))


def test_what_the_model_raises_names_its_class() -> None:
    predictor = load("sklearn", tabular.pipeline(), "labels", x=["batch", "columns"])
    with pytest.raises(
        EntrypointError, match=r"'sklearn\.pipeline\.Pipeline': ValueError: X has 3"
    ):
        predictor.predict({"x": X[:, :3]})
