"""Evaluations on several data sets: steps of their own, side by side, none waiting for another."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets_tests.orchestration.waiting_data import FOLDER, ROOT, attributes, evaluating
from frontier_assets_tests.tiny_project import MODEL, PROJECT, Project, definitions_of


@pytest.mark.feature("EVA-8")
def test_two_data_sets_are_evaluated_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    monkeypatch.setenv(ROOT, str(tmp_path))
    monkeypatch.setenv(FOLDER, str(meeting))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        project = Project(tmp_path, instance, definitions_of(tmp_path, attributes()))
        for name in ("first", "second"):
            (meeting / name).touch()
        number = project.train()
        for name in ("first", "second"):
            (meeting / name).unlink()
        # Each waits in its step until the other one's has begun.
        with dg.execute_job(
            dg.reconstructable(evaluating), instance, tags={"dagster/partition": number}
        ) as result:
            assert result.success
        with project.workspace() as workspace:
            assert set(workspace.evaluation_states(f"{MODEL}@{number}").values()) == {"passed"}


@pytest.mark.feature("EVA-8", "EVA-1")
def test_a_data_set_that_fails_leaves_the_other_ones_result_and_is_an_error_on_record(
    project: Project,
) -> None:
    number = project.train()
    module = "frontier_assets_tests.tiny_model"
    broken = {"name": "broken", "entrypoint": f"{module}:build"}
    datasets = [
        {"name": "train", "entrypoint": f"{module}:train_set"},
        {"name": "holdout", "entrypoint": f"{module}:holdout"},
        broken,
    ]
    project.change(
        datasets=datasets, evaluation={"datasets": ["broken", "holdout"], "metrics": ["accuracy"]}
    )
    result = project.run("build", partition=number)
    failed = {event.step_key for event in result.get_step_failure_events()}
    assert failed == {f"{MODEL}__evaluation__broken"}
    message = str(result.get_step_failure_events()[0].step_failure_data.error)
    assert "tiny_model:build" in message
    with project.workspace() as workspace:
        states = workspace.evaluation_states(f"{MODEL}@{number}")
        assert states == {"broken": "error", "holdout": "passed"}
        (failure,) = workspace.registry.failures.list(MODEL, "evaluation")
        assert (failure.subject, failure.run_id) == ("broken", result.run_id)
        assert "tiny_model:build" in failure.message
