"""What the registry knows of a training run that Dagster ran, however it ended."""

from collections.abc import Callable

import dagster as dg
import pytest

from frontier_assets import TrainingRun
from frontier_assets.checkpoints.training import run_name
from frontier_assets.errors import RegistryUnavailableError
from frontier_assets.orchestration import failures
from frontier_assets.registry.training_runs import TrainingRunRecord
from frontier_assets.types import BuildStatus
from frontier_assets_tests.tiny_project import MODEL, Project

pytestmark = pytest.mark.feature("TRN-3")

HERE = "frontier_assets_tests.orchestration.test_training_runs"
SIGKILLED = "The process was terminated by signal 9 (SIGKILL)."
DAGSTERS_WORDS = "This run has been marked as failed from outside the execution context."
End = Callable[[dg.DagsterInstance, dg.DagsterRun], object]


def raises(run: TrainingRun) -> None:
    raise RuntimeError(f"no memory for {run.model}")


def fails_once(run: TrainingRun) -> None:
    if run.resume() is None:
        run.save(step=1, state={"model": {}, "step": 1}, metrics={"loss": 1.0})
        raise RegistryUnavailableError("sqlite:///r.db", "database is locked")


def stops(run: TrainingRun) -> None:
    raise KeyboardInterrupt


def begin(project: Project) -> dg.DagsterRun:
    """Let a run train in a process that is not this one and does not end."""
    run = project.instance.create_run_for_job(
        project.defs.resolve_job_def(f"{MODEL}__train"), status=dg.DagsterRunStatus.STARTED
    )
    with project.workspace() as workspace:
        workspace.training_runs.recorded(MODEL, run_name(run.run_id), run_id=run.run_id).__enter__()
    return run


def only_run(project: Project) -> TrainingRunRecord:
    with project.workspace() as workspace:
        (recorded,) = workspace.training_runs.list(MODEL)
    return recorded


def kill(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Say what Dagster's code server says when the process of a run is gone."""
    instance.report_engine_event("Executing steps in process (pid: 1)", run)
    instance.report_engine_event(SIGKILLED, run)
    instance.report_run_failed(run)


def cancel(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    instance.report_run_canceling(run)
    instance.report_run_canceled(run, "It took too long to cancel.")


def test_a_run_that_registers_a_version_has_trained_it(project: Project) -> None:
    result = project.run("train")
    recorded = only_run(project)
    assert (recorded.status, recorded.version) == (BuildStatus.TRAINED, "1.0.0")
    assert (recorded.name, recorded.run_id) == (run_name(result.run_id), result.run_id)
    with project.workspace() as workspace:
        checkpoint = workspace.checkpoints.list(MODEL)[0]
        assert checkpoint.run == recorded.name
        workspace.audit.verify()


def test_a_run_that_registers_nothing_has_trained(project: Project) -> None:
    project.change(training=training("frontier_assets_tests.tiny_model:train", register="never"))
    assert project.run("train").success
    assert (only_run(project).status, only_run(project).version) == (BuildStatus.TRAINED, None)


def test_a_run_whose_function_raises_has_failed_with_the_problem(project: Project) -> None:
    project.change(training=training(f"{HERE}:raises"))
    assert not project.run("train").success
    recorded = only_run(project)
    assert recorded.status is BuildStatus.FAILED
    assert "RuntimeError: no memory for tiny" in recorded.problem
    assert f"{HERE}:raises" in recorded.problem


def test_an_interrupted_run_has_failed(project: Project) -> None:
    project.change(training=training(f"{HERE}:stops"))
    assert not project.run("train").success
    assert only_run(project).status is BuildStatus.FAILED
    assert only_run(project).problem == "KeyboardInterrupt"


def test_a_step_that_is_tried_again_trains_again_and_can_succeed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "_SECONDS_BEFORE_RETRY", 0)
    project.change(training=training(f"{HERE}:fails_once", register="never"))
    assert project.run("train").success
    assert only_run(project).status is BuildStatus.TRAINED
    with project.workspace() as workspace:
        actions = [e.action for e in workspace.audit.entries(MODEL) if "training" in e.action]
    assert actions == [
        "training_started",
        "training_failed",
        "training_started",
        "training_finished",
    ]


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (kill, f"ended as FAILURE: {SIGKILLED} {DAGSTERS_WORDS}"),
        (cancel, "ended as CANCELED: It took too long to cancel."),
    ],
)
def test_the_sensor_marks_a_run_whose_process_is_gone(
    project: Project, end: End, problem: str
) -> None:
    run = begin(project)
    end(project.instance, run)
    said = project.tick("run_failure_alerts")
    recorded = only_run(project)
    assert recorded.status is BuildStatus.FAILED
    assert recorded.problem == f"Dagster run {run.run_id} {problem}"
    assert isinstance(said, dg.SkipReason)
    assert recorded.problem in str(said.skip_message)
    with project.workspace() as workspace:
        assert workspace.audit.entries(MODEL)[-1].actor == "sensor:run_failure_alerts"


def test_a_second_tick_changes_nothing(project: Project) -> None:
    cancel(project.instance, begin(project))
    project.tick("run_failure_alerts")
    recorded = only_run(project)
    said = project.tick("run_failure_alerts")
    assert isinstance(said, dg.SkipReason)
    assert said.skip_message == "No training run was left behind."
    assert only_run(project) == recorded


def test_the_sensor_leaves_a_run_alone_that_goes_on(project: Project) -> None:
    begin(project)
    project.tick("run_failure_alerts")
    assert only_run(project).status is BuildStatus.TRAINING


def test_the_sensor_leaves_runs_alone_that_its_dagster_does_not_know(project: Project) -> None:
    with project.workspace() as workspace:
        for name, run_id in (("script", None), ("elsewhere", "0" * 32)):
            workspace.training_runs.recorded(MODEL, name, run_id=run_id).__enter__()
    project.tick("run_failure_alerts")
    with project.workspace() as workspace:
        assert len(workspace.training_runs.unfinished()) == 2


def test_the_sensor_does_not_override_a_run_that_had_trained_before_its_end(
    project: Project,
) -> None:
    run = begin(project)
    with project.workspace() as workspace:
        workspace.registry.training_runs.finish(
            MODEL, run_name(run.run_id), version="1.0.0", actor="ann", run_id=run.run_id
        )
    kill(project.instance, run)
    project.tick("run_failure_alerts")
    assert only_run(project).status is BuildStatus.TRAINED


def training(entrypoint: str, **changes: object) -> dict[str, object]:
    return {"entrypoint": entrypoint, "parameters": {"epochs": 1}, **changes}


@pytest.mark.feature("DB-12", "VER-4")
def test_one_run_may_have_other_parameters_which_its_version_carries(project: Project) -> None:
    project.train()
    assert project.run("train", run_config=given(epochs=5)).success
    project.train()
    with project.workspace() as workspace:
        versions = [(item.number, item.parameters) for item in workspace.versions.list(MODEL)]
    assert versions == [
        ("1.0.0", {"epochs": 20, "seed": 0}),
        ("1.1.0", {"epochs": 5, "seed": 0}),
        ("1.2.0", {"epochs": 20, "seed": 0}),
    ]


def test_a_run_with_a_parameter_that_there_is_not_fails_before_it_trains(project: Project) -> None:
    project.train()
    result = project.run("train", run_config=given(epoch=5))
    problem = result.get_step_failure_events()[0].event_specific_data.error.to_string()  # type: ignore[union-attr]
    assert "Parameter 'epoch' 5 is not valid: the YAML's `parameters` has epochs" in problem
    with project.workspace() as workspace:
        assert len(workspace.training_runs.list(MODEL)) == 1


def given(**parameters: object) -> dict[str, object]:
    return {"ops": {f"{MODEL}__training": {"config": {"parameters": parameters}}}}
