"""Run configuration is refused at launch, with the field's path; nothing has run by then."""

from typing import Any

import dagster as dg
import pytest

from frontier_assets.errors import ModelNotFoundError
from frontier_assets_tests.tiny_project import MODEL, Project

pytestmark = pytest.mark.feature("DB-20")

TRAINING, PROMOTION = f"{MODEL}__training", f"{MODEL}__promote_version"
ROLLBACK, RETENTION = f"{MODEL}__rollback_version", f"{MODEL}__retain_checkpoints"
INGESTION = f"{MODEL}__ingest_checkpoint"
# Of each job: its op, what it takes, and a field of the wrong type.
JOBS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    f"{MODEL}__train": (TRAINING, {"parameters": {"epochs": 3}}, {"parameters": "epochs"}),
    f"{MODEL}__promote": (
        PROMOTION,
        {"version": "1.0.0", "to": "staging", "reason": "a test"},
        {"automatic": "perhaps"},
    ),
    f"{MODEL}__rollback": (ROLLBACK, {"reason": "a test"}, {"expected": 3}),
    f"{MODEL}__retention": (RETENTION, {"dry_run": True}, {"dry_run": "perhaps"}),
    f"{MODEL}__ingest": (
        INGESTION,
        {"location": "run/last.pt", "fingerprint": "f"},
        {"fingerprint": ["f"]},
    ),
    "store__collect": ("collect_garbage", {"grace_hours": 48.0}, {"grace_hours": "long"}),
    "store__backup": ("back_up_stores", {"to": "second"}, {"to": 2}),
}


@pytest.fixture
def watching(project: Project) -> Project:
    """Return a project that has every job."""
    project.change(watch={"location": "runs", "register": "never"})
    return project


def launch(project: Project, job: str, op: str, config: dict[str, Any]) -> object:
    given = {"ops": {op: {"config": config}}}
    return dg.validate_run_config(project.defs.resolve_job_def(job), given)


@pytest.mark.parametrize("job", JOBS)
def test_what_a_job_takes_is_accepted(watching: Project, job: str) -> None:
    op, taken, _ = JOBS[job]
    assert launch(watching, job, op, taken)


@pytest.mark.parametrize("job", JOBS)
def test_a_value_of_the_wrong_type_is_refused_with_its_path(watching: Project, job: str) -> None:
    op, taken, wrong = JOBS[job]
    (field,) = wrong
    with pytest.raises(dg.DagsterInvalidConfigError, match=f"root:ops:{op}:config:{field}"):
        launch(watching, job, op, taken | wrong)


@pytest.mark.parametrize("job", JOBS)
def test_a_field_that_a_job_does_not_know_is_refused_by_name(watching: Project, job: str) -> None:
    op, taken, _ = JOBS[job]
    with pytest.raises(
        dg.DagsterInvalidConfigError,
        match=rf'unexpected config entry "surplus" at path root:ops:{op}:config',
    ):
        launch(watching, job, op, taken | {"surplus": 1})


@pytest.mark.parametrize(
    ("job", "op", "field"),
    [
        (f"{MODEL}__promote", PROMOTION, "version"),
        (f"{MODEL}__rollback", ROLLBACK, "reason"),
        (f"{MODEL}__ingest", INGESTION, "location"),
        ("store__backup", "back_up_stores", "to"),
    ],
)
def test_a_field_that_is_needed_and_missing_is_named(
    watching: Project, job: str, op: str, field: str
) -> None:
    rest = {name: value for name, value in JOBS[job][1].items() if name != field}
    with pytest.raises(dg.DagsterInvalidConfigError, match=field) as refused:
        launch(watching, job, op, rest)
    assert f"root:ops:{op}" in str(refused.value)


def test_a_refused_configuration_starts_no_step(watching: Project) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="root:ops"):
        watching.run("train", run_config={"ops": {TRAINING: {"config": {"epochs": 3}}}})
    assert watching.instance.get_runs() == []
    with watching.workspace() as workspace, pytest.raises(ModelNotFoundError):
        workspace.training_runs.list(MODEL)
