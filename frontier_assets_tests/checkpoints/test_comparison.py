from datetime import UTC, datetime
from typing import Any

import pytest

from frontier_assets.checkpoints.comparison import (
    Difference,
    MetricDifference,
    compare_versions,
    differences,
)
from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import BuildStatus, ChangeClass, Digest, Stage, Version

SAME, OTHER = "a" * 64, "b" * 64
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def version(number: str, model: str = "m", **changes: Any) -> Version:
    facts: dict[str, Any] = {
        "id": 1,
        "model": model,
        "number": number,
        "sequence": 1,
        "branch": "main",
        "parent": None,
        "change": ChangeClass.PATCH,
        "change_reason": "",
        "build_status": BuildStatus.TRAINED,
        "stage": Stage.DEVELOPMENT,
        "digest": Digest("c" * 64),
        "store": "default",
        "size_bytes": 10,
        "stored_bytes": 10,
        "checkpoint": None,
        "policy_digest": None,
        "description": "",
        "run_id": None,
        "created_by": "ann",
        "created_at": MOMENT,
    }
    mappings = ("tags", "parameters", "metrics", "signature", "data_digests", "environment")
    return Version(**facts | {name: {} for name in mappings} | changes)


def evidence(item: Version, digest: str = SAME, **metrics: float) -> Evidence:
    evaluation = Evaluation(
        id=1,
        model=item.model,
        version=item.number,
        version_digest=item.digest,
        dataset="holdout",
        dataset_digest=Digest(digest),
        rows=5,
        metrics=metrics,
        verdicts=(),
        policy_digest=Digest("d" * 64),
        run_id=None,
        created_by="ann",
        created_at=MOMENT,
    )
    return Evidence(
        version=item,
        policy=None,
        verdicts={},
        evaluations={"holdout": evaluation} if metrics else {},
        artifacts={},
        build=None,
        holder=None,
        barred_reason=None,
    )


A, B = version("1.0.0"), version("1.1.0")


@pytest.mark.parametrize(
    ("metric", "first", "second", "direction", "better"),
    [
        ("accuracy", 0.5, 0.75, "higher", "second"),
        ("accuracy", 0.75, 0.5, "higher", "first"),
        ("log_loss", 0.5, 0.75, "lower", "first"),
        ("log_loss", 0.75, 0.5, "lower", "second"),
        ("accuracy", 0.5, 0.5, "higher", "neither"),
        ("somebodys_own", 0.5, 0.75, None, None),
    ],
)
def test_the_metrics_direction_says_which_is_better(
    metric: str, first: float, second: float, direction: str | None, better: str | None
) -> None:
    compared = compare_versions(
        evidence(A, SAME, **{metric: first}), evidence(B, SAME, **{metric: second})
    )
    (found,) = compared.metrics
    assert found.difference == second - first
    assert (found.direction, found.better, found.remark) == (direction, better, "")


def test_numbers_of_different_data_are_shown_and_not_compared() -> None:
    compared = compare_versions(evidence(A, accuracy=0.5), evidence(B, OTHER, accuracy=0.75))
    (found,) = compared.metrics
    assert found == MetricDifference(
        dataset="holdout",
        metric="accuracy",
        first=0.5,
        second=0.75,
        difference=None,
        direction="higher",
        better=None,
        remark="different data: aaaaaaaaaaaa and bbbbbbbbbbbb",
    )


@pytest.mark.parametrize(
    ("first", "second", "remark"),
    [
        (evidence(A, accuracy=0.5), evidence(B), "the second was not evaluated on it"),
        (evidence(A), evidence(B, accuracy=0.5), "the first was not evaluated on it"),
        (
            evidence(A, accuracy=0.5, rmse=1.0),
            evidence(B, accuracy=0.5),
            "only one of the two was measured by it",
        ),
    ],
)
def test_what_only_one_has_is_said(first: Evidence, second: Evidence, remark: str) -> None:
    assert remark in [item.remark for item in compare_versions(first, second).metrics]


def test_two_models_are_compared_when_both_saw_the_same_data() -> None:
    other = version("1.0.0", model="other")
    compared = compare_versions(evidence(A, accuracy=0.5), evidence(other, accuracy=0.75))
    assert compared.metrics[0].better == "second"


@pytest.mark.parametrize("metrics", [{}, {"accuracy": 0.5}])
def test_two_models_without_common_data_are_refused(metrics: dict[str, float]) -> None:
    other = evidence(version("1.0.0", model="other"), OTHER, **metrics)
    with pytest.raises(
        InvalidValueError, match=r"'m@1\.0\.0 with other@1\.0\.0' is not valid: m a"
    ):
        compare_versions(evidence(A, accuracy=0.5), other)


def test_every_kind_of_fact_is_compared() -> None:
    changes: dict[str, Any] = {
        "parameters": {"epochs": 2},
        "data_digests": {"train": SAME},
        "metrics": {"loss": 0.5},
        "signature": {"inputs": {"x": ["batch", 2]}},
        "environment": {"python": "3.12"},
        "size_bytes": 20,
    }
    compared = compare_versions(evidence(A), evidence(version("1.1.0", **changes)))
    assert compared.parameters == (Difference("epochs", None, 2),)
    assert compared.training_data == (Difference("train", None, SAME),)
    assert compared.training_metrics == (Difference("loss", None, 0.5),)
    assert compared.signature == (Difference("inputs.x", None, ["batch", 2]),)
    assert compared.environment == (Difference("python", None, "3.12"),)
    assert compared.facts == (Difference("size_bytes", 10, 20),)


def test_what_is_the_same_is_no_difference() -> None:
    assert differences({"a": {"b": [1]}, "c": None}, {"a": {"b": [1]}, "c": None}) == ()


def test_an_absent_key_differs_from_none() -> None:
    assert differences({"a": None}, {}) == (Difference("a", None, None),)


def test_mappings_in_a_list_go_by_their_names_else_by_their_places() -> None:
    before = {"gates": [{"name": "g", "at": 1}], "targets": [{"target": "onnx"}]}
    after = {"gates": [{"name": "g", "at": 2}], "targets": [{"target": "ort"}]}
    assert differences(before, after) == (
        Difference("gates.g.at", 1, 2),
        Difference("targets.0.target", "onnx", "ort"),
    )
