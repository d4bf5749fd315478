"""What an evaluation keeps for pictures and tables, and how much of it."""

import json
from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.evaluation.details import describe
from frontier_assets.stats.predictions import OutputsKind, predictions_of

Array = np.ndarray[Any, Any]
TARGETS = np.array([0, 1, 2, 1])


def details(
    outputs: Array, targets: Array, kind: OutputsKind, classes: tuple[str, ...] = ()
) -> dict[str, Any]:
    return describe(predictions_of(outputs, targets, outputs_kind=kind), targets, classes)


def test_logits_give_a_confusion_table_and_a_calibration() -> None:
    found = details(np.eye(3)[[0, 1, 1, 1]] * 9, TARGETS, "logits", ("cat", "dog", "owl"))
    assert found["confusion"] == {
        "classes": ["cat", "dog", "owl"],
        "counts": [[1, 0, 0], [0, 2, 0], [0, 1, 0]],
    }
    assert found["reliability"]["expected_calibration_error"] == pytest.approx(0.25, abs=1e-3)
    assert sum(item["count"] for item in found["reliability"]["bins"]) == 4


def test_classes_without_names_are_called_by_their_numbers() -> None:
    found = details(np.array([0.1, 0.9]), np.array([0, 1]), "probabilities")
    assert found["confusion"]["classes"] == ["0", "1"]


def test_labels_without_names_list_the_classes_that_occur() -> None:
    found = details(np.array([7, 7, 90000]), np.array([-1, 7, 7]), "labels")
    assert found == {
        "confusion": {
            "classes": ["-1", "7", "90000"],
            "counts": [[0, 1, 0], [0, 1, 1], [0, 0, 0]],
        }
    }


def test_a_named_class_that_does_not_occur_is_in_the_table() -> None:
    found = details(np.array([0, 0]), np.array([0, 0]), "labels", ("cat", "dog"))
    assert found["confusion"]["counts"] == [[2, 0], [0, 0]]


def test_values_give_residuals() -> None:
    found = details(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]), "values")
    assert set(found) == {"residuals"}
    assert found["residuals"]["quantiles"][-1] == [1.0, 1.0]
    assert found["residuals"]["points"][-1] == [4.0, 1.0]


def test_more_than_fifty_classes_have_no_table() -> None:
    outputs = np.eye(51)
    assert "confusion" not in details(outputs, np.arange(51), "probabilities")


def test_the_details_are_json_of_a_size_that_the_examples_do_not_change() -> None:
    random = np.random.default_rng(1)
    targets = random.integers(0, 50, 20_000)
    names = tuple(f"{index} {'x' * 60}" for index in range(50))
    text = json.dumps(details(random.normal(size=(20_000, 50)), targets, "logits", names))
    assert len(text) < 20_000
    values = json.dumps(details(random.normal(size=20_000), np.zeros(20_000), "values"))
    assert len(values) < 8_000


@pytest.mark.parametrize("classes", [("cat", "dog"), tuple("abcd")])
def test_another_number_of_names_than_of_outputs_is_refused(classes: tuple[str, ...]) -> None:
    with pytest.raises(InvalidValueError, match=r"architecture.classes.*expected 3 names"):
        details(np.eye(3)[TARGETS], TARGETS, "logits", classes)


@pytest.mark.parametrize(("label", "named"), [(2, "Class 2"), (-1, "Class -1")])
def test_a_label_without_a_name_is_refused(label: int, named: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{named} .*expected 0 to 1"):
        details(np.array([label]), np.array([0]), "labels", ("cat", "dog"))
