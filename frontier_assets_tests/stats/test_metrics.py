"""Metrics against figures worked out by hand and against scikit-learn."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import METRICS, compute, metric
from frontier_assets.stats.predictions import OutputsKind

Array = np.ndarray[Any, Any]
# Six examples of three classes; the last two are told wrong: 1 as 0, 2 as 1.
TARGETS = np.array([0, 0, 1, 2, 1, 2])
PREDICTED = np.array([0, 0, 1, 2, 0, 1])
LOGITS = np.eye(3)[PREDICTED] * 4.0
LABEL_METRICS = [name for name, item in METRICS.items() if item.needs == "labels"]


def logits(*names: str, weights: Array | None = None) -> dict[str, float]:
    return compute(names, LOGITS, TARGETS, outputs_kind="logits", weights=weights)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accuracy", 4 / 6),
        ("balanced_accuracy", (1 + 1 / 2 + 1 / 2) / 3),
        ("recall_macro", (1 + 1 / 2 + 1 / 2) / 3),
        ("precision_macro", (2 / 3 + 1 / 2 + 1) / 3),
        ("f1_macro", (4 / 5 + 1 / 2 + 2 / 3) / 3),
        ("log_loss", math.log(math.exp(4) + 2) - 4 * 4 / 6),
    ],
)
def test_classification_metrics_match_figures_worked_out_by_hand(
    name: str, expected: float
) -> None:
    assert logits(name)[name] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rmse", math.sqrt((0.25 + 0 + 1) / 3)), ("mae", 0.5), ("r2", 1 - 1.25 / 2)],
)
def test_regression_metrics_match_figures_worked_out_by_hand(name: str, expected: float) -> None:
    outputs, targets = np.array([1.5, 2.0, 2.0]), np.array([1.0, 2.0, 3.0])
    found = compute([name], outputs, targets, outputs_kind="values")
    assert found[name] == pytest.approx(expected, rel=1e-12)


def test_metrics_match_scikit_learn_on_many_examples() -> None:
    from sklearn import metrics as reference

    random = np.random.default_rng(3)
    outputs = random.normal(size=(500, 5)).astype(np.float32)
    targets = random.integers(0, 5, 500)
    weights = random.uniform(0, 2, 500)
    powers = np.exp(outputs.astype(np.float64))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    labels = outputs.argmax(axis=1)
    unweighted = ("adjusted_rand", "normalized_mutual_information")
    names = [name for name in LABEL_METRICS if name not in unweighted]
    names.append("log_loss")
    found = compute(names, outputs, targets, outputs_kind="logits", weights=weights)
    assert found == pytest.approx(
        {
            "accuracy": reference.accuracy_score(targets, labels, sample_weight=weights),
            "balanced_accuracy": reference.balanced_accuracy_score(
                targets, labels, sample_weight=weights
            ),
            "f1_macro": reference.f1_score(targets, labels, average="macro", sample_weight=weights),
            "precision_macro": reference.precision_score(
                targets, labels, average="macro", sample_weight=weights
            ),
            "recall_macro": reference.recall_score(
                targets, labels, average="macro", sample_weight=weights
            ),
            "log_loss": reference.log_loss(targets, probabilities, sample_weight=weights),
        },
        rel=1e-9,
    )


def test_probabilities_give_what_their_logits_give() -> None:
    powers = np.exp(LOGITS)
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    names = [*LABEL_METRICS, "log_loss"]
    found = compute(names, probabilities, TARGETS, outputs_kind="probabilities")
    assert found == pytest.approx(logits(*names), rel=1e-6)


def test_logits_of_any_size_do_not_overflow() -> None:
    found = compute(["log_loss"], LOGITS * 1e4, PREDICTED, outputs_kind="logits")
    assert found["log_loss"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_one_logit_is_the_score_of_the_second_class(shape: tuple[int, ...]) -> None:
    from sklearn import metrics as reference

    outputs, targets = np.array([-2.0, 1.0, 3.0, -1.0]), np.array([0, 1, 1, 1])
    found = compute(
        ["accuracy", "log_loss"], outputs.reshape(shape), targets, outputs_kind="logits"
    )
    chances = 1 / (1 + np.exp(-outputs))
    assert found["accuracy"] == 0.75
    assert found["log_loss"] == pytest.approx(reference.log_loss(targets, chances))


def test_one_probability_is_that_of_the_second_class() -> None:
    from sklearn import metrics as reference

    outputs, targets = np.array([0.2, 0.9, 0.6, 0.4]), np.array([0, 1, 1, 1])
    found = compute(["accuracy", "log_loss"], outputs, targets, outputs_kind="probabilities")
    assert found["accuracy"] == 0.75
    assert found["log_loss"] == pytest.approx(reference.log_loss(targets, outputs))


def test_classes_that_are_only_predicted_or_never_predicted_give_no_warning() -> None:
    outputs, targets = np.eye(3)[[0, 1, 1]], np.array([0, 0, 2])
    found = compute(LABEL_METRICS, outputs, targets, outputs_kind="logits")
    assert found["balanced_accuracy"] == 0.25
    assert found["precision_macro"] == pytest.approx(1 / 3)


def test_logits_given_as_probabilities_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="if these are logits, say so"):
        compute(["accuracy"], LOGITS, TARGETS, outputs_kind="probabilities")


@pytest.mark.parametrize("kind", ["logits", "probabilities"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_outputs_that_are_not_finite_are_refused(kind: OutputsKind, value: float) -> None:
    outputs = LOGITS.copy()
    outputs[3, 1] = value
    with pytest.raises(InvalidValueError, match="Output in row 3"):
        compute(["accuracy"], outputs, TARGETS, outputs_kind=kind)


@pytest.mark.parametrize(
    ("outputs", "targets"),
    [([1.0], [2.0]), ([1.0, 2.0], [3.0, 3.0])],
    ids=["one example", "constant targets"],
)
def test_an_undefined_metric_is_an_error(outputs: list[float], targets: list[float]) -> None:
    with pytest.raises(InvalidValueError, match=r"Metric 'r2'.*undefined on these"):
        compute(["r2"], np.array(outputs), np.array(targets), outputs_kind="values")


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (np.array([0, 1, 2, 3, 0, 0]), r"\(0, 3\).*expected 0 to 2"),
        (np.array([0, 1, 2, -1, 0, 0]), r"\(-1, 2\)"),
        (np.zeros(6), r"float64\(6,\).*one integer class"),
        (np.zeros((6, 3), int), r"int64\(6, 3\)"),
        (np.zeros(5, int), "expected 5 rows"),
    ],
)
def test_targets_that_are_no_classes_are_refused(targets: Array, expected: str) -> None:
    with pytest.raises(InvalidValueError, match=expected):
        compute(["accuracy"], LOGITS, targets, outputs_kind="logits")


@pytest.mark.parametrize(
    "outputs", [np.zeros((6, 3, 2, 2)), np.zeros((6, 0)), np.array(1.0), np.zeros((0, 3))]
)
def test_outputs_that_are_no_table_are_refused(outputs: Array) -> None:
    with pytest.raises(InvalidValueError, match="Outputs shape"):
        compute(["accuracy"], outputs, TARGETS, outputs_kind="logits")


def test_values_may_have_a_last_axis_of_one() -> None:
    found = compute(["mae"], np.ones((3, 1)), np.zeros(3), outputs_kind="values")
    assert found == {"mae": 1.0}


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"Outputs shape \(3, 2\)"):
        compute(["mae"], np.ones((3, 2)), np.zeros(3), outputs_kind="values")


@pytest.mark.parametrize("weights", [[1, 1, 1, 1, 1, -1], [0] * 6, [math.nan] * 6])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(InvalidValueError, match="Weights"):
        logits("accuracy", weights=np.array(weights))


def test_an_unknown_metric_names_the_near_and_the_known() -> None:
    with pytest.raises(InvalidValueError, match=r"did you mean 'accuracy'.*f1_macro"):
        metric("acuracy")


@pytest.mark.feature("EVA-14")
@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        (
            "accuracy",
            "values",
            "needs logits, probabilities or labels and `architecture.outputs` is values",
        ),
        ("rmse", "logits", "needs values and `architecture.outputs` is logits"),
    ],
)
def test_a_metric_that_the_outputs_cannot_give_is_refused(
    name: str, kind: OutputsKind, expected: str
) -> None:
    with pytest.raises(InvalidValueError, match=expected):
        metric(name, outputs_kind=kind)


def test_the_table_is_known_without_importing_scikit_learn() -> None:
    code = (
        "import sys; from frontier_assets.stats.metrics import METRICS; "
        "sys.exit('sklearn' in sys.modules or 'accuracy' not in METRICS)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.feature("EVA-14")
def test_perplexity_and_the_area_under_the_curve_match_hand_figures() -> None:
    """Of the four pairs of a sick and a healthy one three are in order."""
    chances, sick = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])
    found = compute(["roc_auc", "perplexity"], chances, sick, outputs_kind="probabilities")
    guessed = 0.9 * 0.6 * 0.35 * 0.8
    assert found == pytest.approx({"roc_auc": 0.75, "perplexity": guessed ** (-1 / 4)})


@pytest.mark.parametrize(
    ("outputs", "targets", "weights", "named"),
    [
        (np.full((3, 3), 1 / 3), np.array([0, 1, 2]), None, "Number of classes 3"),
        (np.array([0.2, 0.8]), np.array([0, 1]), np.ones(2), "Weights"),
        (np.array([0.2, 0.8]), np.array([1, 1]), None, "'roc_auc' nan"),
    ],
)
def test_the_area_under_the_curve_takes_two_classes_and_no_weights(
    outputs: Array, targets: Array, weights: Array | None, named: str
) -> None:
    with pytest.raises(InvalidValueError, match=named):
        compute(["roc_auc"], outputs, targets, outputs_kind="probabilities", weights=weights)
