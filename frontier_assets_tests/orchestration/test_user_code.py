"""User code that fails stops its step with one message, and nothing passes that was not judged."""

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import MODEL, Project, tiny_attributes

CODE = "frontier_assets_tests.failing_code"
TINY = "frontier_assets_tests.tiny_model"
DATA = [
    ("data_raises", "KeyError: 'petal_width' (failing_code.py line "),
    ("data_exits", "SystemExit: 3 (failing_code.py line "),
    ("data_is_a_dictionary", "returned dict; expected frontier_assets.Dataset"),
    ("data_without_inputs", "Dataset inputs {} is not valid: expected at least one named array"),
    ("data_without_rows", "Dataset targets [] is not valid: expected at least one example"),
    (
        "data_of_unequal_rows",
        "Dataset inputs['point'] with rows 4 is not valid: expected 3, as targets have",
    ),
    (
        "data_of_objects",
        "Dataset inputs['point'] dtype 'object' is not valid: expected numbers or fixed strings",
    ),
    ("data_in_a_list", "Dataset targets of type 'list' is not valid: expected a NumPy array"),
]
GAP = "inputs['point'] row 2 at [1] is nan; 1 of 300 rows have missing values"


def only_failure(result: dg.ExecuteInProcessResult, step: str) -> str:
    """Return the message of the one failure that there is, which is not about our own code."""
    (event,) = result.get_step_failure_events()
    assert event.step_key == step
    error = event.step_failure_data.error
    assert error is not None
    assert error.message.startswith("dagster._core.definitions.events.Failure: ")
    return error.message


def passed_checks(result: dg.ExecuteInProcessResult) -> set[str]:
    return {item.check_name for item in result.get_asset_check_evaluations() if item.passed}


def nothing_is_judged(project: Project, number: str) -> bool:
    with project.workspace() as workspace:
        evidence = workspace.registry.stages.evidence(MODEL, number)
    return not (evidence.evaluations or evidence.verdicts or evidence.artifacts)


@pytest.mark.parametrize(("function", "message"), DATA)
def test_a_data_set_that_cannot_be_made_fails_its_asset(
    project: Project, function: str, message: str
) -> None:
    entrypoint = f"{CODE}:{function}"
    project.change(datasets=datasets(train=entrypoint))
    result = project.run("train", asset_selection=[dg.AssetKey([MODEL, "data", "train"])])
    assert f"Entrypoint '{entrypoint}': {message}" in only_failure(result, "tiny__data__train")
    assert result.get_asset_materialization_events() == []
    assert passed_checks(result) == set()


@pytest.mark.parametrize(
    ("function", "message"), [*DATA, ("data_without_a_gap_in_sight", f"{GAP}; remove or")]
)
def test_a_training_set_that_cannot_be_used_fails_training(
    project: Project, function: str, message: str
) -> None:
    entrypoint = f"{CODE}:{function}"
    project.change(datasets=datasets(train=entrypoint))
    result = project.run("train", asset_selection=[dg.AssetKey([MODEL, "training"])])
    assert f"Entrypoint '{entrypoint}': {message}" in only_failure(result, "tiny__training")
    with project.workspace() as workspace:
        assert workspace.versions.list(MODEL) == []
        assert workspace.checkpoints.list(MODEL) == []


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("train_raises", "RuntimeError: no memory for tiny (failing_code.py line "),
        ("train_saves_nothing", "ended without calling `run.save`"),
        ("train_saves_nan", "Metric 'loss' nan is not valid: expected a finite number (failing_"),
        ("train_saves_a_function", "function"),
        ("train_saves_a_negative_step", "Checkpoint step -1 is not valid"),
    ],
)
def test_training_that_fails_registers_nothing(
    project: Project, function: str, message: str
) -> None:
    entrypoint = f"{CODE}:{function}"
    project.change(training={"entrypoint": entrypoint})
    result = project.run("train")
    said = only_failure(result, "tiny__training")
    assert f"Entrypoint '{entrypoint}': " in said
    assert message in said
    with project.workspace() as workspace:
        assert workspace.versions.list(MODEL) == []
        assert workspace.checkpoints.list(MODEL) == []


def test_a_run_without_the_metric_that_picks_the_best_says_so(project: Project) -> None:
    project.change(training={"entrypoint": f"{CODE}:train_saves_no_loss"})
    said = only_failure(project.run("train"), "tiny__training")
    assert "Checkpoint metric 'loss' is not valid: the checkpoints have accuracy" in said


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("build_raises", "ValueError: width is -1; expected at least 1 (failing_code.py line "),
        ("build_is_a_number", "returned int; expected torch.nn.Module"),
        ("build_is_wider", "its network does not fit the weights: "),
        ("predicts_too_few_rows", "with shape (199, 3) is not valid: expected "),
        ("predicts_too_few_classes", "the network has 2 outputs"),
        ("predicts_nan", " for example 5 [nan, nan, nan] is not valid: expected finite numbers"),
        ("predicts_text", "its network returned str; expected a tensor"),
        ("predicts_nothing_but_an_error", "RuntimeError: mat1 and mat2 shapes cannot be mult"),
    ],
)
def test_a_network_that_fails_is_not_judged(project: Project, function: str, message: str) -> None:
    entrypoint = f"{CODE}:{function}"
    architecture = tiny_attributes()["architecture"]
    project.change(architecture={**architecture, "entrypoint": entrypoint})
    number = project.train()
    result = project.run("build", partition=number)
    said = only_failure(result, "tiny__evaluation__holdout")
    assert entrypoint in said
    assert message in said
    assert passed_checks(result) == set()
    assert nothing_is_judged(project, number)


@pytest.mark.parametrize(("function", "message"), DATA[::3])
def test_a_set_to_judge_by_that_cannot_be_made_judges_nothing(
    project: Project, function: str, message: str
) -> None:
    entrypoint = f"{CODE}:{function}"
    project.change(datasets=datasets(holdout=entrypoint))
    assert project.run("train", asset_selection=[dg.AssetKey([MODEL, "training"])]).success
    result = project.run("build", partition="1.0.0")
    said = only_failure(result, "tiny__evaluation__holdout")
    assert f"Entrypoint '{entrypoint}': {message}" in said
    assert nothing_is_judged(project, "1.0.0")


def datasets(**changes: str) -> list[dict[str, str]]:
    entrypoints = {"train": f"{TINY}:train_set", "holdout": f"{TINY}:holdout", **changes}
    return [{"name": name, "entrypoint": value} for name, value in entrypoints.items()]
