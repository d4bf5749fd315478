import logging
from collections.abc import Mapping
from typing import Any

import pytest

from frontier_assets.checkpoints.training import TrainingRun, train
from frontier_assets.errors import EntrypointError
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Checkpoint
from frontier_assets.workspace import Workspace
from frontier_assets_tests.checkpoints.damage import remove
from frontier_assets_tests.tiny_project import tiny_attributes

HERE = "frontier_assets_tests.checkpoints.test_training"


def run_training(
    workspace: Workspace, name: str = "r1", **training: Any
) -> tuple[list[Checkpoint], list[Mapping[str, float]]]:
    attributes = tiny_attributes()
    attributes["training"] = {**attributes["training"], **training}
    saved: list[Checkpoint] = []
    logged: list[Mapping[str, float]] = []
    train(
        ModelSpecification.model_validate(attributes),
        name=name,
        checkpoints=workspace.checkpoints,
        on_checkpoint=saved.append,
        on_metrics=logged.append,
    )
    return saved, logged


def saves_nothing(run: TrainingRun) -> None:
    assert run.resume() is None


def raises(run: TrainingRun) -> None:
    raise RuntimeError(f"no memory for {run.model}")


def counts(run: TrainingRun) -> None:
    state = run.resume() or {"count": 0}
    run.log({"count": float(state["count"])})
    run.save(step=state["count"], state={"count": state["count"] + 1})


def counts_in_session(run: TrainingRun) -> None:
    with run.session(state={"count": 0}) as session:
        for step in session.steps(int(run.parameters["epochs"])):
            session.state["count"] += 1
            session.save(step, metrics={"count": session.state["count"]})


def logs_nan(run: TrainingRun) -> None:
    run.log({"loss": float("nan")})


def test_each_checkpoint_is_reported_as_it_is_saved_with_its_recipe(workspace: Workspace) -> None:
    saved, _ = run_training(workspace, parameters={"epochs": 2}, seed=7)
    assert [item.key for item in saved] == ["r1-step-0", "r1-step-1", "r1-step-2"]
    assert saved[0].parameters == {"epochs": 2, "seed": 7}
    assert set(saved[0].data_digests) == {"train"}


def test_a_run_of_the_same_name_carries_on_where_it_stopped(workspace: Workspace) -> None:
    for _ in range(3):
        _, logged = run_training(workspace, entrypoint=f"{HERE}:counts")
    assert logged == [{"count": 2.0}]
    _, fresh = run_training(workspace, name="r2", entrypoint=f"{HERE}:counts")
    assert fresh == [{"count": 0.0}]


@pytest.mark.feature("CKP-6")
def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        run_training(workspace, entrypoint=f"{HERE}:counts")
    remove(workspace, "tiny", "r1-step-2")
    with caplog.at_level(logging.WARNING):
        _, logged = run_training(workspace, entrypoint=f"{HERE}:counts")
    assert logged == [{"count": 2.0}]
    assert "Checkpoint r1-step-2 of tiny is skipped" in caplog.text


def test_a_session_saves_and_reports_with_the_runs_recipe(workspace: Workspace) -> None:
    options: dict[str, Any] = {"entrypoint": f"{HERE}:counts_in_session", "seed": 7}
    saved, _ = run_training(workspace, **options, parameters={"epochs": 2})
    assert [item.key for item in saved] == ["r1-step-1", "r1-step-2"]
    assert saved[0].parameters == {"epochs": 2, "seed": 7}
    assert set(saved[0].data_digests) == {"train"}
    more, _ = run_training(workspace, **options, parameters={"epochs": 3})
    assert [item.metrics for item in more] == [{"count": 3.0}]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("saves_nothing", "ended without calling `run.save`"),
        ("raises", "RuntimeError: no memory for tiny"),
    ],
)
def test_user_code_that_fails_is_named(workspace: Workspace, function: str, message: str) -> None:
    with pytest.raises(EntrypointError, match=message) as refused:
        run_training(workspace, entrypoint=f"{HERE}:{function}")
    assert refused.value.entrypoint == f"{HERE}:{function}"


def test_a_metric_that_is_no_number_is_refused(workspace: Workspace) -> None:
    with pytest.raises(EntrypointError, match="Metric 'loss' of run r1 nan") as refused:
        run_training(workspace, entrypoint=f"{HERE}:logs_nan")
    assert refused.value.entrypoint == f"{HERE}:logs_nan"
