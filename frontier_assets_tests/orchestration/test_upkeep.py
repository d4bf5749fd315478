from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from frontier_assets_tests.storage.trees import damage, files, manifest, packs
from frontier_assets_tests.tiny_project import MODEL, Project


@pytest.fixture
def store(project: Project) -> Path:
    """The folder of a store with one checkpoint, and with what that took the place of."""
    with project.workspace() as workspace:
        for number in (1, 2):
            state = {"model": {"w": np.full(64, number)}}
            workspace.checkpoints.save(MODEL, run="r", step=1, state=state)
    return project.root / ".frontier" / "store"


def run(project: Project, job: str, **config: Any) -> dg.ExecuteInProcessResult:
    return project.defs.resolve_job_def(job).execute_in_process(
        instance=project.instance,
        raise_on_error=False,
        run_config={"ops": {"collect_garbage": {"config": config}}} if config else None,
    )


def table(metadata: Any, name: str) -> dict[str, Any]:
    """Return the only row of a table in the metadata."""
    (record,) = metadata[name].records
    return dict(record.data)


def output_metadata(result: dg.ExecuteInProcessResult, op: str) -> Any:
    (event,) = [
        event for event in result.events_for_node(op) if event.event_type_value == "STEP_OUTPUT"
    ]
    return event.step_output_data.metadata


def failure_of(result: dg.ExecuteInProcessResult, op: str) -> Any:
    return result.failure_data_for_node(op).user_failure_data  # type: ignore[union-attr]


def test_collection_reports_what_it_did_by_store(project: Project, store: Path) -> None:
    before = files(store)
    announced = run(project, "store__collect", grace_hours=0, dry_run=True)
    assert files(store) == before
    result = run(project, "store__collect", grace_hours=0)
    assert result.success
    row = table(output_metadata(result, "collect_garbage"), "stores")
    assert row == table(output_metadata(announced, "collect_garbage"), "stores")
    amounts = [row[name].split(",")[0] for name in ("live", "condemned", "deleted")]
    assert (row["store"], amounts) == ("default", ["2 blobs", "0 blobs", "2 blobs"])
    assert files(store).keys() < before.keys()
    assert len(before) - len(files(store)) == 2


def test_collection_waits_a_day_unless_it_is_told_otherwise(project: Project, store: Path) -> None:
    before = files(store)
    assert run(project, "store__collect").success
    assert files(store) == before


def test_a_collection_that_cannot_account_for_an_artifact_fails_and_names_it(
    project: Project, store: Path
) -> None:
    with project.workspace() as workspace:
        digest = workspace.checkpoints.get(MODEL, "latest").digest
    manifest(store, digest).unlink()
    result = run(project, "store__collect", grace_hours=0)
    assert not result.success
    assert digest in failure_of(result, "collect_garbage").description


@pytest.mark.feature("STO-27")
def test_a_failed_verification_fails_the_run_and_names_each_artifact(
    project: Project, store: Path
) -> None:
    intact = run(project, "store__verify")
    assert intact.success
    assert output_metadata(intact, "verify_stores")["artifacts"].value == 1
    for pack in packs(store):
        damage(pack, 64)
    result = run(project, "store__verify")
    assert not result.success
    failure = failure_of(result, "verify_stores")
    row = table(failure.metadata, "damaged")
    assert row["owners"] == f"{MODEL} checkpoint r-step-1"
    for named in (row["digest"], row["owners"], "pack packs/"):
        assert named in failure.description


def backed_up(project: Project, to: str) -> dg.ExecuteInProcessResult:
    return project.defs.resolve_job_def("store__backup").execute_in_process(
        instance=project.instance,
        raise_on_error=False,
        run_config={"ops": {"back_up_stores": {"config": {"to": to}}}},
    )


@pytest.mark.feature("STO-22")
def test_a_backup_reports_what_it_copied_and_fails_for_what_it_could_not(
    project: Project, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = "default=file:.frontier/store,backup=file:.frontier/backup"
    monkeypatch.setenv("FRONTIER_STORES", urls)
    result = backed_up(project, "backup")
    assert result.success
    row = table(output_metadata(result, "back_up_stores"), "stores")
    assert (row["store"], row["artifacts"], row["copied"]) == ("default", 1, 1)
    with project.workspace() as workspace:
        state = {"model": {"w": np.full(64, 3)}}
        digest = workspace.checkpoints.save(MODEL, run="r", step=2, state=state).digest
    for pack in packs(store):
        damage(pack, 64)
    failed = backed_up(project, "backup")
    assert not failed.success
    assert digest in failure_of(failed, "back_up_stores").description
    assert not backed_up(project, "elsewhere").success


def test_a_backup_of_nothing_is_a_backup(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIER_STORES", "default=file:.frontier/store,backup=file:.frontier/b")
    result = backed_up(project, "backup")
    assert result.success
    assert output_metadata(result, "back_up_stores")["stores"].records == []


def test_each_job_without_configuration_has_one_schedule_that_somebody_switches_on(
    project: Project,
) -> None:
    schedules = {item.name: item for item in project.defs.schedules or []}
    assert sorted(schedules) == ["store__collect_schedule", "store__verify_schedule"]
    for schedule in schedules.values():
        assert isinstance(schedule, dg.ScheduleDefinition)
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
