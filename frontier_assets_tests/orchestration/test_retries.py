"""A training that Dagster starts again, in the same run or in another, makes one version."""

import dagster as dg
import pytest

from frontier_assets import TrainingRun
from frontier_assets.checkpoints.training import run_name
from frontier_assets.orchestration.attempts import attempts_of
from frontier_assets.types import BuildStatus, Version
from frontier_assets_tests.tiny_project import MODEL, Project

pytestmark = pytest.mark.feature("TRN-3")

HERE = "frontier_assets_tests.orchestration.test_retries"
LOST = "00000000-aaaa-4000-8000-000000000000"
RETRY = {"dagster/parent_run_id": LOST, "dagster/retry_number": "1"}


def never_again(run: TrainingRun) -> None:
    raise AssertionError(f"{run.name} trained twice")


def counts(run: TrainingRun) -> None:
    state = run.resume()
    seen = 0 if state is None else state["seen"]
    run.save(step=seen, state={"model": {}, "seen": seen + 1}, metrics={"loss": 1.0 / (seen + 1)})


def lose_after_registering(project: Project) -> Version:
    """Do what a process did that is lost between registering its version and ending."""
    name = run_name(LOST)
    with project.workspace() as workspace:
        workspace.training_runs.recorded(MODEL, name, run_id=LOST).__enter__()
        saved = workspace.checkpoints.save(
            MODEL,
            run=name,
            step=1,
            state={"model": {}},
            metrics={"loss": 0.5},
            data_digests={"train": "d" * 64},
            run_id=LOST,
        )
        return workspace.versions.register(MODEL, checkpoint=saved.key, run_id=LOST)


def check_one_version(project: Project, registered: Version) -> None:
    with project.workspace() as workspace:
        assert workspace.versions.list(MODEL) == [registered]
        (run,) = workspace.training_runs.list(MODEL)
        workspace.audit.verify()
    assert (run.name, run.status, run.version) == (run_name(LOST), BuildStatus.TRAINED, "1.0.0")
    assert project.instance.get_dynamic_partitions(f"{MODEL}__versions") == ["1.0.0"]


def test_a_step_that_had_registered_its_version_ends_with_that_one(project: Project) -> None:
    registered = lose_after_registering(project)
    project.change(training={"entrypoint": f"{HERE}:never_again"})
    assert project.run("train", run_id=LOST).success
    check_one_version(project, registered)


def test_a_run_that_retries_a_lost_one_ends_with_its_version(project: Project) -> None:
    registered = lose_after_registering(project)
    project.change(training={"entrypoint": f"{HERE}:never_again"})
    assert project.run("train", tags=RETRY).success
    check_one_version(project, registered)


def test_a_run_that_retries_a_lost_one_resumes_from_its_checkpoints(project: Project) -> None:
    project.change(training={"entrypoint": f"{HERE}:counts", "register": "never"})
    assert project.run("train", run_id=LOST).success
    assert project.run("train", tags=RETRY).success
    with project.workspace() as workspace:
        keys = [item.key for item in workspace.checkpoints.list(MODEL)]
    assert keys == [f"{run_name(LOST)}-step-0", f"{run_name(LOST)}-step-1"]


def test_a_training_that_a_person_starts_again_is_another_one(project: Project) -> None:
    project.change(training={"entrypoint": f"{HERE}:counts"})
    assert project.run("train", run_id=LOST).success
    assert project.run("train", tags={"dagster/parent_run_id": LOST}).success
    with project.workspace() as workspace:
        assert [item.number for item in workspace.versions.list(MODEL)] == ["1.0.0", "1.0.1"]
        assert len(workspace.training_runs.list(MODEL)) == 2


def test_attempts_go_back_to_the_first_run(project: Project) -> None:
    retries = {"dagster/retry_number": "1"}
    second = dg.DagsterRun("job", tags={**retries, "dagster/parent_run_id": LOST})
    project.instance.add_run(second)
    third = dg.DagsterRun("job", tags={**retries, "dagster/parent_run_id": second.run_id})
    assert attempts_of(project.instance, third) == [LOST, second.run_id, third.run_id]
