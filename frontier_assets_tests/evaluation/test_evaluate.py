"""Metrics of a predictor on a data set, and the outputs that are refused."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.evaluation.evaluate import EvaluationResult, evaluate
from frontier_assets.predictors.predictor import Predictor, Shape
from frontier_assets.stats.paired import unpacked

Array = np.ndarray[Any, Any]
TARGETS = np.array([0, 1, 2, 1])
RIGHT = np.eye(3, dtype=np.float32)[TARGETS] * 8


@dataclass
class Fixed(Predictor):
    """Predicts what it was given."""

    outputs: Array

    @property
    @override
    def source(self) -> str:
        return "fixed:outputs"

    @property
    @override
    def inputs(self) -> Mapping[str, Shape]:
        return {"x": ("batch",)}

    @property
    @override
    def input_names(self) -> tuple[str, ...]:
        return ("x",)

    @override
    def predict(self, inputs: Mapping[str, Array]) -> Array:
        return self.outputs


def dataset(*, weights: Array | None = None) -> Dataset:
    return Dataset(inputs={"x": np.arange(4.0)}, targets=TARGETS, weights=weights)


def planted(value: float) -> Array:
    outputs: Array = RIGHT.copy()
    outputs[2, 1] = value
    return outputs


def test_the_result_has_the_metrics_and_the_rows() -> None:
    found = evaluate(Fixed(RIGHT), dataset(), ["accuracy", "f1_macro"], "logits")
    assert dataclasses.replace(found, details={}) == EvaluationResult(
        metrics={"accuracy": 1.0, "f1_macro": 1.0}, rows=4
    )


def test_the_data_sets_weights_count() -> None:
    outputs = RIGHT[[0, 1, 2, 0]]
    data = dataset(weights=np.array([1.0, 1.0, 1.0, 5.0]))
    assert evaluate(Fixed(outputs), data, ["accuracy"], "logits").metrics["accuracy"] == 3 / 8


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (RIGHT[:3], r"Output of fixed:outputs with shape \(3, 3\).*expected 4 rows"),
        (np.array(1.0), r"fixed:outputs with shape \(\).*expected 4 rows"),
        (RIGHT[:, :2], "Output of fixed:outputs: Target classes .*the network has 2 outputs"),
        (planted(math.nan), "Output of fixed:outputs for example 2 .*nan.* 1 of 4 examples"),
        (planted(math.inf), "Output of fixed:outputs for example 2 .*inf"),
        (RIGHT.astype(str), "Output of fixed:outputs with dtype"),
    ],
)
def test_outputs_that_cannot_be_judged_are_refused(outputs: Array, expected: str) -> None:
    with pytest.raises(InvalidValueError, match=expected):
        evaluate(Fixed(outputs), dataset(), ["accuracy"], "logits")


def test_an_evaluation_without_metrics_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"Metrics \[\] .*at least one name"):
        evaluate(Fixed(RIGHT), dataset(), [], "logits")


def test_a_metric_is_refused_before_anything_is_predicted() -> None:
    with pytest.raises(InvalidValueError, match="did you mean 'accuracy'"):
        evaluate(Fixed(RIGHT[:1]), dataset(), ["accuracy", "accurcy"], "logits")


def test_an_empty_data_set_cannot_be_made() -> None:
    with pytest.raises(InvalidValueError, match="at least one example"):
        Dataset(inputs={"x": np.zeros(0)}, targets=np.zeros(0))


def test_every_metric_has_its_interval_and_what_each_example_contributes() -> None:
    outputs = RIGHT[[0, 1, 2, 0]]
    details = evaluate(Fixed(outputs), dataset(), ["accuracy", "log_loss"], "logits").details
    assert details["intervals"]["accuracy"] == pytest.approx([0.3006, 0.9544], abs=5e-5)
    assert set(details["intervals"]) == {"accuracy", "log_loss"}
    assert unpacked(details["row_values"]["accuracy"]).tolist() == [1, 1, 1, 0]


def test_classes_and_segments_are_measured_one_by_one() -> None:
    data = dataclasses.replace(
        dataset(), segments={"segment": np.array(["day", "day", "night", "night"])}
    )
    metrics = ["accuracy", "f1_macro"]
    details = evaluate(Fixed(RIGHT[[0, 1, 2, 0]]), data, metrics, "logits").details
    slices = details["slices"]
    assert {name: part["rows"] for name, part in slices.items()} == {
        "class=0": 1,
        "class=1": 2,
        "class=2": 1,
        "segment=day": 2,
        "segment=night": 2,
    }
    assert slices["class=1"]["metrics"] == {"accuracy": 0.5}
    assert slices["segment=night"]["metrics"] == {"accuracy": 0.5, "f1_macro": 1 / 3}


def test_a_segment_of_many_labels_is_measured_where_a_gate_asks() -> None:
    rows = 60
    data = Dataset(
        inputs={"x": np.arange(rows)},
        targets=np.zeros(rows, np.int64),
        segments={"user": np.arange(rows)},
    )
    predictor = Fixed(np.zeros(rows, np.int64))
    found = evaluate(predictor, data, ["accuracy"], "labels", slices=["user=7", "user=70"])
    assert set(found.details["slices"]) == {"class=0", "user=7"}


@pytest.mark.feature("EVA-14")
def test_every_token_of_a_sequence_is_judged_and_an_example_is_its_tokens() -> None:
    targets = np.array([[0, 1], [2, -100], [1, 1], [0, -100]])
    outputs = np.eye(3)[np.where(targets < 0, 2, targets)] * 8
    outputs[2, 0] = [8, 0, 0]
    data = Dataset(
        inputs={"x": np.arange(4.0)},
        targets=targets,
        segments={"speaker": np.array(["a", "a", "b", "b"])},
    )
    found = evaluate(Fixed(outputs), data, ["accuracy"], "logits", slices=["speaker=b"])
    assert (found.metrics["accuracy"], found.rows) == (5 / 6, 4)
    assert found.details["slices"]["speaker=b"]["metrics"]["accuracy"] == 2 / 3
    rows = unpacked(found.details["row_values"]["accuracy"])
    assert len(rows) == 4
    assert rows.mean() == pytest.approx(5 / 6)
    assert np.array(found.details["confusion"]["counts"]).sum() == 6


@pytest.mark.feature("EVA-14")
def test_texts_are_judged_and_what_are_none_is_refused() -> None:
    spoken = np.array(["one two", "three"])
    data = Dataset(inputs={"x": np.arange(2.0)}, targets=spoken)
    found = evaluate(Fixed(np.array(["one", "three"])), data, ["word_error_rate"], "texts")
    assert found.metrics == {"word_error_rate": pytest.approx(1 / 3)}
    assert set(found.details) == {"intervals", "row_values", "slices"}
    with pytest.raises(InvalidValueError, match=r"dtype 'float64' .*expected texts"):
        evaluate(Fixed(np.ones(2)), data, ["word_error_rate"], "texts")
