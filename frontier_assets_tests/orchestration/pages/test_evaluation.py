"""The page of an evaluation: outcome, comparison, tables and pictures."""

import dataclasses
from typing import Any

import dagster as dg
import numpy as np
import pytest

from frontier_assets.evaluation.details import describe
from frontier_assets.orchestration.pages.evaluation import evaluation_metadata
from frontier_assets.registry.evaluation_records import Evaluation
from frontier_assets.registry.evidence import Evidence
from frontier_assets.types import Outcome, Severity, Stage
from frontier_assets_tests.promotion.complete import (
    changed,
    complete,
    evaluation,
    specification,
    verdict,
    version,
)

METRICS = {"accuracy": 0.98, "log_loss": 0.2}


def confusion(classes: int) -> dict[str, Any]:
    targets = np.arange(classes)
    names = [f"class {index}" for index in targets]
    return describe({"labels": targets, "probabilities": np.eye(classes)}, targets, names)


def measured(**values: Any) -> Evaluation:
    facts: dict[str, Any] = {"metrics": METRICS, "details": confusion(3), **values}
    return dataclasses.replace(evaluation("holdout"), **facts)


def page(
    own: Evaluation, evidence: Evidence | None = None, metrics: tuple[str, ...] = ("accuracy",)
) -> dict[str, dg.MetadataValue[Any]]:
    known = evidence or complete()
    known = changed(known, evaluations={"holdout": own})
    return evaluation_metadata(own, known, over_versions=[own], metrics=metrics)


def test_each_metric_is_a_float_of_its_own_so_that_it_plots() -> None:
    found = page(measured(), metrics=("accuracy", "log_loss"))
    for name, value in METRICS.items():
        assert found[name] == dg.MetadataValue.float(value)


def test_the_table_compares_with_production() -> None:
    baseline = dataclasses.replace(evaluation("holdout"), metrics={"accuracy": 0.95})
    found = page(measured(), changed(complete(), baselines={"holdout": baseline}))
    table = found["metrics"]
    assert isinstance(table, dg.TableMetadataValue)
    assert table.records[0].data == {
        "metric": "accuracy ↑",
        "value": 0.98,
        "interval": "-",
        "production": 0.95,
        "difference": "+0.0300 better",
    }
    assert found["compared_with"].value == "m@1.0.0, in production when this was measured"


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (changed(complete(), holder=None), "no version is in production"),
        (changed(complete(), holder=version(stage=Stage.PRODUCTION)), "in production itself"),
        (changed(complete(), baselines={}), "1.0.0 in production was not measured on the same"),
    ],
)
def test_the_page_says_why_nothing_is_compared(evidence: Evidence, said: str) -> None:
    assert said in str(page(measured(), evidence)["compared_with"].value)


def test_a_failed_critical_gate_is_named_with_the_next_step() -> None:
    failed = verdict(specification().gates[0], outcome=Outcome.FAILED)
    found = page(measured(verdicts=(failed,)))
    assert found["outcome"].value == "**Stopped** by `accuracy_at_least`."
    assert "frontier why m@1.0.1" in str(found["next_step"].value)


def test_a_failed_warning_is_worth_a_look() -> None:
    failed = verdict(specification().gates[2], outcome=Outcome.FAILED, severity=Severity.WARNING)
    found = page(measured(verdicts=(verdict(specification().gates[0]), failed)))
    assert found["outcome"].value == "**Passed** 1 of 2 gates. Worth a look: `accuracy_at_least`."
    assert "next_step" not in found


@pytest.mark.parametrize(("classes", "inline"), [(2, True), (12, True), (13, False)])
def test_a_small_confusion_table_is_inline_and_a_larger_one_a_picture(
    classes: int, inline: bool
) -> None:
    found = page(measured(details=confusion(classes)))
    assert ("confusion" in found) is inline
    assert "data:image/png;base64," in str(found["picture_confusion"].value)


def test_classes_of_one_name_keep_a_column_each() -> None:
    details = {
        "confusion": {"classes": ["true", "a", "a"], "counts": np.eye(3, dtype=int).tolist()}
    }
    table = page(measured(details=details))["confusion"]
    assert isinstance(table, dg.TableMetadataValue)
    assert list(table.records[0].data) == ["true", "0: true", "1: a", "2: a"]


def test_values_have_a_table_and_a_picture_of_residuals() -> None:
    details = describe({"values": np.array([1.0, 2.0])}, np.array([1.0, 3.0]), ())
    found = page(measured(details=details, metrics={"rmse": 0.7}), metrics=("rmse",))
    table = found["residuals"]
    assert isinstance(table, dg.TableMetadataValue)
    assert table.records[0].data == {"quantile": 0.0, "residual": -1.0}
    assert "picture_residuals" in found


def test_an_evaluation_of_an_older_release_has_a_page_without_details() -> None:
    found = page(measured(details=None))
    assert "picture_confusion" not in found
    assert "picture_versions" in found


def test_clusters_are_not_shown_as_classes_of_their_numbers() -> None:
    labels, targets = np.array([2, 2, 0, 0, 7]), np.array([0, 0, 1, 1, 1])
    details = describe({"labels": labels}, targets, ["oak", "elm"], clustering=True)
    assert "confusion" not in details
    found = page(measured(details=details))
    table = found["clusters"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data for record in table.records] == [
        {"true": "oak", "cluster 0": 0, "cluster 2": 2, "cluster 7": 0},
        {"true": "elm", "cluster 0": 2, "cluster 2": 0, "cluster 7": 1},
    ]
    assert "picture_clusters" in found
    assert "picture_confusion" not in found
