"""What a data set's asset shows, and what its checks stop."""

import math
from typing import Any

import dagster as dg
import numpy as np
import pytest

from frontier_assets import Dataset
from frontier_assets.orchestration.assets.data import build_data_asset
from frontier_assets.specification import ModelSpecification
from frontier_assets_tests import tiny_model
from frontier_assets_tests.tiny_project import MODEL, Project, tiny_attributes

HERE = "frontier_assets_tests.orchestration.assets.test_data"
HOLDOUT = dg.AssetKey([MODEL, "data", "holdout"])


def leaking() -> Dataset:
    """The usual holdout, of which the last ten rows are from the training set."""
    point = tiny_model.holdout().inputs["point"].copy()
    point[-10:] = tiny_model.train_set().inputs["point"][40:50]
    return Dataset({"point": point}, tiny_model.holdout().targets)


def gaps() -> Dataset:
    point = tiny_model.holdout().inputs["point"].copy()
    point[7, 1] = math.nan
    return Dataset({"point": point}, tiny_model.holdout().targets)


def repeated() -> Dataset:
    whole = tiny_model.holdout()
    return Dataset(
        {"point": np.concatenate([whole.inputs["point"], whole.inputs["point"][:3]])},
        np.concatenate([whole.targets, whole.targets[:3]]),
    )


def many_classes() -> Dataset:
    return Dataset({"point": np.zeros((60, 2))}, np.arange(60))


def raising() -> Dataset:
    raise OSError("the disk is on holiday")


def attributes(function: str, **fields: Any) -> dict[str, Any]:
    entrypoint = function if ":" in function else f"{HERE}:{function}"
    train = {"name": "train", "entrypoint": "frontier_assets_tests.tiny_model:train_set"}
    holdout = {"name": "holdout", "entrypoint": entrypoint, **fields}
    return tiny_attributes(datasets=[train, holdout])


def materialize(function: str, **fields: Any) -> dg.ExecuteInProcessResult:
    specification = ModelSpecification.model_validate(attributes(function, **fields))
    asset = build_data_asset(specification, specification.source("holdout"))
    return dg.materialize([asset], raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {item.check_name: item.passed for item in result.get_asset_check_evaluations()}


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def table(result: dg.ExecuteInProcessResult, name: str) -> list[dict[str, Any]]:
    (event,) = result.get_asset_materialization_events()
    shown = event.materialization.metadata[name]
    assert isinstance(shown, dg.TableMetadataValue)
    return [dict(record.data) for record in shown.records]


def test_the_asset_shows_what_the_data_are() -> None:
    result = materialize("frontier_assets_tests.tiny_model:holdout", units={"point": "m"})
    assert result.success
    shown = metadata(result)
    digest = tiny_model.holdout().digest()
    assert (shown["dagster/row_count"], shown["digest"]) == (200, digest)
    assert shown["size_bytes"] == 200 * (2 * 4 + 8)
    assert [(c.name, c.type, c.description) for c in shown["dagster/column_schema"].columns] == [
        ("inputs['point']", "float32", "[2] per row, in m"),
        ("targets", "int64", "one value per row"),
    ]
    (event,) = result.get_asset_materialization_events()
    assert (event.materialization.tags or {})["dagster/data_version"] == digest


def test_ranges_and_class_balance_are_tables() -> None:
    result = materialize("frontier_assets_tests.tiny_model:holdout")
    balance = table(result, "class_balance")
    point = tiny_model.holdout().inputs["point"]
    assert table(result, "ranges")[0] == {
        "column": "inputs['point']",
        "minimum": pytest.approx(point.min()),
        "mean": pytest.approx(point.mean(), abs=1e-6),
        "maximum": pytest.approx(point.max()),
        "missing": 0,
    }
    assert [row["class"] for row in balance] == ["0", "1", "2"]
    assert sum(row["rows"] for row in balance) == 200
    assert sum(row["share"] for row in balance) == pytest.approx(1)


def test_classes_have_the_names_of_the_yaml_and_the_rest_is_counted() -> None:
    whole = attributes("many_classes", duplicates="allowed")
    whole["architecture"] = {**whole["architecture"], "classes": ["sun", "rain"]}
    specification = ModelSpecification.model_validate(whole)
    asset = build_data_asset(specification, specification.source("holdout"))
    balance = table(dg.materialize([asset]), "class_balance")
    assert [row["class"] for row in balance][:3] == ["0: sun", "1: rain", "2"]
    assert balance[-1] == {
        "class": "and 10 more",
        "rows": 10,
        "share": pytest.approx(1 / 6),
    }


def test_clean_data_pass_every_check() -> None:
    result = materialize(
        "frontier_assets_tests.tiny_model:holdout", ranges={"point": [-9, 9], "targets": [0, 2]}
    )
    assert checks(result) == {
        "missing_values": True,
        "ranges": True,
        "duplicates": True,
        "leakage": True,
    }


@pytest.mark.feature("TRN-9")
@pytest.mark.parametrize(
    ("function", "fields", "check", "sentence"),
    [
        (
            "gaps",
            {},
            "missing_values",
            "inputs['point'] row 7 at [1] is nan; 1 of 200 rows have missing values",
        ),
        (
            "frontier_assets_tests.tiny_model:holdout",
            {"ranges": {"targets": [0, 1]}},
            "ranges",
            "targets row 0 is 2; 63 of 200 rows are not in 0 to 1",
        ),
        (
            "repeated",
            {"duplicates": "refused"},
            "duplicates",
            "row 200 repeats row 0 in every input; 3 of 203 rows repeat an earlier one",
        ),
        (
            "leaking",
            {},
            "leakage",
            (
                "row 190 is row 40 of data set 'train', which training reads; "
                "10 of 200 rows are in both"
            ),
        ),
    ],
)
def test_a_broken_rule_fails_its_check_and_the_figures_are_shown(
    function: str, fields: dict[str, Any], check: str, sentence: str
) -> None:
    result = materialize(function, **fields)
    assert not result.success
    assert metadata(result)["dagster/row_count"] >= 200
    (failed,) = [item for item in result.get_asset_check_evaluations() if not item.passed]
    assert (failed.check_name, failed.severity) == (check, dg.AssetCheckSeverity.ERROR)
    assert failed.description == sentence
    assert {"findings", "remedy", "rows"} == set(failed.metadata)


def test_duplicates_warn_and_stop_nothing() -> None:
    result = materialize("repeated")
    assert result.success
    (failed,) = [item for item in result.get_asset_check_evaluations() if not item.passed]
    assert (failed.check_name, failed.severity) == ("duplicates", dg.AssetCheckSeverity.WARN)


@pytest.mark.parametrize(
    ("function", "fields"),
    [
        ("gaps", {"missing": "allowed"}),
        ("repeated", {"duplicates": "allowed"}),
        ("leaking", {"leakage": "allowed"}),
    ],
)
def test_what_the_yaml_allows_is_not_checked(function: str, fields: dict[str, str]) -> None:
    result = materialize(function, **fields)
    assert result.success
    assert len(checks(result)) == 2


def test_user_code_that_raises_fails_the_step_with_one_message() -> None:
    result = materialize("raising")
    (failure,) = result.get_step_failure_events()
    said = failure.step_failure_data.error.message  # type: ignore[union-attr]
    assert f"Entrypoint '{HERE}:raising': OSError: the disk is on holiday (test_data.py" in said
    assert result.get_asset_materialization_events() == []


def test_the_training_set_and_a_model_trained_elsewhere_have_no_leakage_check() -> None:
    specification = ModelSpecification.model_validate(attributes("leaking"))
    outside = specification.model_copy(update={"training": None})
    for model, name in ((specification, "train"), (outside, "holdout")):
        asset = build_data_asset(model, model.source(name))
        assert {spec.name for spec in asset.check_specs} == {"missing_values", "duplicates"}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("leaking", "10 of 200 rows are in both; remove them from one of the two"),
        ("gaps", "inputs['point'] row 7 at [1] is nan"),
    ],
)
def test_a_build_refuses_to_judge_by_data_that_break_a_rule(
    project: Project, function: str, expected: str
) -> None:
    project.change(datasets=attributes(function)["datasets"])
    assert project.run("train", asset_selection=[dg.AssetKey([MODEL, "training"])]).success
    result = project.run("build", partition="1.0.0")
    (failure,) = result.get_step_failure_events()
    assert failure.step_key == "tiny__evaluation__holdout"
    assert f"Entrypoint '{HERE}:{function}': " in str(failure.step_failure_data.error)
    assert expected in str(failure.step_failure_data.error)
    with project.workspace() as workspace:
        assert workspace.registry.evaluations.list(MODEL, "1.0.0") == []
        assert workspace.registry.artifacts.list(MODEL, "1.0.0") == []


def test_a_version_is_not_judged_by_its_own_training_data_under_another_name(
    project: Project,
) -> None:
    own = "frontier_assets_tests.tiny_model:train_set"
    project.train()
    sources = [
        {"name": "train", "entrypoint": "frontier_assets_tests.tiny_model:holdout"},
        {"name": "holdout", "entrypoint": own},
    ]
    project.change(datasets=sources)
    result = project.run("build", partition="1.0.0")
    (failure,) = result.get_step_failure_events()
    assert (
        f"Entrypoint '{own}': tiny@1.0.0 was trained on exactly these 300 rows (digest "
        f"{tiny_model.train_set().digest().short}); judge it on others"
    ) in str(failure.step_failure_data.error)
