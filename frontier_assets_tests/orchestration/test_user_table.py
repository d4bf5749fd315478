"""A user's network on a user's CSV: what it learns, and what becomes of bad input."""

from pathlib import Path

import dagster as dg
import numpy as np
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest
from pydantic import ValidationError

from frontier_assets.specification import ModelSpecification
from frontier_assets_tests.table_project import table_attributes, write_project, write_table
from frontier_assets_tests.tiny_project import MODEL, Project, definitions_of

TRAINING = dg.AssetKey([MODEL, "training"])
TRAIN_SET = dg.AssetKey([MODEL, "data", "train"])
BY_HAND = {"split": 0.2, "epochs": 30}


@pytest.fixture
def module(project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(project.root)
    name = write_project(project.root)
    project.defs = definitions_of(project.root, table_attributes(name))
    return name


def table(project: Project) -> Path:
    return project.root / "rings.csv"


def message(result: dg.ExecuteInProcessResult, step: str) -> str:
    (event,) = [e for e in result.get_step_failure_events() if e.step_key == step]
    return str(event.step_failure_data.error)


def stale_status(project: Project, key: dg.AssetKey) -> StaleStatus:
    graph = project.defs.resolve_asset_graph()
    context = LoadingContextForTest(project.instance)
    return CachingStaleStatusResolver(project.instance, graph, context).get_status(key)


def data_version(project: Project) -> str:
    event = project.instance.get_latest_materialization_event(TRAIN_SET)
    assert event is not None
    assert event.asset_materialization is not None
    return (event.asset_materialization.tags or {})["dagster/data_version"]


@pytest.mark.feature("TRN-1")
def test_a_small_network_on_a_csv_beats_the_majority_baseline(
    project: Project, module: str
) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    with project.workspace() as workspace:
        accuracy = workspace.registry.evaluations.list(MODEL, number)[0].metrics["accuracy"]
        version = workspace.versions.get(f"{MODEL}@{number}")
    rings = np.genfromtxt(table(project), delimiter=",", skip_header=1)[::4, 2].astype(int)
    majority = np.bincount(rings).max() / len(rings)
    assert accuracy > 0.9 > 2 * majority
    assert version.parameters == {"split": 0.2, "epochs": 30, "seed": 0}


@pytest.mark.feature("TRN-1")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"split": 0, "epochs": 30}, "split is 0; expected a share between 0 and 1"),
        ({"split": 1.5, "epochs": 30}, "split is 1.5; expected a share between 0 and 1"),
        ({"split": 0.2, "epochs": 0}, "epochs is 0; expected at least 1"),
    ],
)
def test_a_parameter_that_the_training_function_refuses_fails_its_step(
    project: Project, module: str, parameters: dict[str, float], expected: str
) -> None:
    attributes = table_attributes(module, parameters=parameters)
    project.defs = definitions_of(project.root, attributes)
    result = project.run("train")
    said = message(result, "tiny__training")
    assert f"Entrypoint '{module}:train': ValueError: {expected} ({module}.py line " in said


@pytest.mark.feature("TRN-1", "TRN-9")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"split": 1.0, "epochs": 30}, "parameter 'split' is 1.0; `limits` allow 0.01 to 0.99"),
        ({"split": 0.2, "epochs": 0}, "parameter 'epochs' is 0; `limits` allow 1 to 1000"),
    ],
)
def test_a_parameter_outside_its_limits_is_refused_when_the_yaml_is_loaded(
    parameters: dict[str, float], expected: str
) -> None:
    limits = {"split": [0.01, 0.99], "epochs": [1, 1000]}
    attributes = table_attributes("rings", parameters=parameters, limits=limits)
    with pytest.raises(ValidationError, match=expected):
        ModelSpecification.model_validate(attributes)


@pytest.mark.feature("TRN-1")
def test_a_missing_csv_is_named_by_every_step_that_reads_it(project: Project, module: str) -> None:
    table(project).unlink()
    result = project.run("train")
    assert not result.success
    said = message(result, "tiny__data__train")
    assert f"Entrypoint '{module}:train_set': FileNotFoundError: {table(project)}" in said
    alone = project.run("train", asset_selection=[TRAINING])
    assert f"Entrypoint '{module}:train_set': FileNotFoundError" in message(alone, "tiny__training")


@pytest.mark.feature("TRN-1")
def test_an_empty_cell_fails_the_check_and_the_training_of_a_later_run(
    project: Project, module: str
) -> None:
    lines = table(project).read_text().splitlines()
    lines[3] = ",1.5,1"  # the third row of the table, which is the second of the training set
    table(project).write_text("\n".join(lines))
    result = project.run("train")
    (failed,) = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert (failed.asset_key, failed.check_name) == (TRAIN_SET, "missing_values")
    expected = "inputs['point'] row 1 at [0] is nan; 1 of 300 rows have missing values"
    assert failed.description == expected
    alone = project.run("train", asset_selection=[TRAINING])
    said = message(alone, "tiny__training")
    assert f"Entrypoint '{module}:train_set': {expected}; remove or replace them" in said
    with project.workspace() as workspace:
        assert workspace.versions.list(MODEL) == []


@pytest.mark.feature("TRN-7")
def test_a_changed_csv_is_a_new_data_version_and_makes_training_stale(
    project: Project, module: str
) -> None:
    first = project.train()
    before = data_version(project)
    assert stale_status(project, TRAINING) is StaleStatus.FRESH
    assert project.run("train", asset_selection=[TRAIN_SET]).success
    assert stale_status(project, TRAINING) is StaleStatus.FRESH
    write_table(table(project), seed=1)
    assert project.run("train", asset_selection=[TRAIN_SET]).success
    assert data_version(project) != before
    assert stale_status(project, TRAINING) is StaleStatus.STALE
    second = project.train()
    assert stale_status(project, TRAINING) is StaleStatus.FRESH
    with project.workspace() as workspace:
        old, new = (workspace.versions.get(f"{MODEL}@{n}") for n in (first, second))
    assert (old.data_digests, new.data_digests) == (
        {"train": before},
        {"train": data_version(project)},
    )
    assert new.number == "1.1.0"
    assert new.change_reason.startswith("training data differ in train (")
