from typing import Any

import dagster as dg
import pytest

from frontier_assets.registry.ledger import AuditAction
from frontier_assets_tests.tiny_project import MODEL, Project

RETENTION = {"checkpoints": {"keep_best": 1, "keep_recent": 3}}
PARTITIONS = f"{MODEL}__checkpoints"


@pytest.fixture
def trained(project: Project) -> Project:
    """Ten checkpoints of a run, the last of which is the best and a version."""
    parameters = {"epochs": 9}
    entrypoint = "frontier_assets_tests.tiny_model:train"
    training = {"entrypoint": entrypoint, "parameters": parameters}
    project.change(training=training, retention=RETENTION, conversions=[])
    project.train()
    return project


def keys(project: Project) -> list[str]:
    with project.workspace() as workspace:
        return [item.key for item in workspace.checkpoints.list(MODEL)]


def partitions(project: Project) -> list[str]:
    return sorted(project.instance.get_dynamic_partitions(PARTITIONS))


def retain(project: Project, *, tags: dict[str, str] | None = None, **config: Any) -> Any:
    """Run the job and return the metadata of its one output."""
    ops = {f"{MODEL}__retain_checkpoints": {"config": config}}
    result = project.run("retention", run_config={"ops": ops}, tags=tags)
    assert result.success
    (event,) = [e for e in result.all_events if e.event_type is dg.DagsterEventType.STEP_OUTPUT]
    return {name: value.value for name, value in event.step_output_data.metadata.items()}


def column(table: Any, name: str) -> list[str]:
    return [record.data[name] for record in table.records]


@pytest.mark.feature("CKP-3")
def test_rows_and_partitions_go_and_production_stays(trained: Project) -> None:
    saved = keys(trained)
    with trained.workspace() as workspace:
        number = workspace.versions.register(MODEL, checkpoint=saved[4]).number
    trained.instance.add_dynamic_partitions(f"{MODEL}__versions", [number])
    assert trained.run("build", partition=number).success
    assert trained.promote(number, "staging").success
    assert trained.promote(number, "production").success
    later = trained.train()
    assert sorted(keys(trained)) == partitions(trained)
    outcome = retain(trained)
    newest = keys(trained)[-1]
    remaining = [saved[4], *keys(trained)[-3:]]
    assert keys(trained) == remaining
    assert partitions(trained) == sorted(remaining)
    reasons = dict(
        zip(
            column(outcome["kept_checkpoints"], "checkpoint"),
            column(outcome["kept_checkpoints"], "reasons"),
            strict=True,
        )
    )
    assert reasons[saved[4]] == f"version {number}, made from it, is in production"
    assert f"version {later}, made from it, is the head of branch main" in reasons[newest]
    assert len(column(outcome["deleted_checkpoints"], "checkpoint")) == 16
    assert (outcome["kept"], outcome["deleted"]) == (4, 16)
    assert outcome["freed_bytes"] > 0


@pytest.mark.feature("CKP-5")
def test_a_dry_run_changes_neither_rows_nor_partitions(trained: Project) -> None:
    saved = keys(trained)
    dry = retain(trained, dry_run=True)
    assert (keys(trained), partitions(trained)) == (saved, sorted(saved))
    real = retain(trained)
    differing = {name for name in dry if dry[name] != real[name]}
    assert differing == {"outcome", "dry_run"}
    assert keys(trained) == saved[-3:]


@pytest.mark.feature("CKP-5")
def test_the_run_lists_what_it_deleted_and_what_that_frees(trained: Project) -> None:
    saved = keys(trained)
    outcome = retain(trained)
    assert column(outcome["deleted_checkpoints"], "checkpoint") == saved[:-3]
    assert outcome["outcome"].startswith("**7 checkpoints were deleted**, 3 are kept; ")


def test_a_partition_that_a_crash_left_is_removed_by_the_next_run(trained: Project) -> None:
    with trained.workspace() as workspace:
        workspace.checkpoints.retain(MODEL, {"keep_recent": 1})
    assert len(partitions(trained)) == 10
    retain(trained)
    assert partitions(trained) == keys(trained)


@pytest.mark.feature("CKP-5")
def schedules_of(project: Project) -> list[dg.ScheduleDefinition]:
    """Return the schedules of the model's retention; the stores have others."""
    return [
        item
        for item in project.defs.schedules or []
        if isinstance(item, dg.ScheduleDefinition) and item.job_name == f"{MODEL}__retention"
    ]


def test_the_schedule_runs_since_the_yaml_asks_for_it(trained: Project) -> None:
    (schedule,) = schedules_of(trained)
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * *", "UTC")
    with dg.build_schedule_context(instance=trained.instance) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    retain(trained, tags={**request.tags, "dagster/schedule_name": schedule.name})
    with trained.workspace() as workspace:
        entry = workspace.audit.entries(MODEL)[-1]
    assert (entry.action, entry.actor) == (
        AuditAction.CHECKPOINTS_DELETED,
        f"schedule:{MODEL}__retention_schedule",
    )


def test_a_model_without_the_section_keeps_everything_and_has_no_schedule(
    project: Project,
) -> None:
    project.train()
    assert schedules_of(project) == []
    assert retain(project)["deleted"] == 0
    assert len(keys(project)) == 21


def test_a_policy_that_cannot_be_followed_fails_the_run_and_deletes_nothing(
    trained: Project,
) -> None:
    rule = {"keep_best": 1, "metric": "auc", "direction": "higher"}
    trained.change(retention={"checkpoints": rule})
    result = trained.run("retention")
    assert not result.success
    (failed,) = [e for e in result.all_events if e.is_step_failure]
    assert "Retention metric 'auc' is not valid: the checkpoints have loss" in str(
        failed.step_failure_data
    )
    assert len(keys(trained)) == 10
