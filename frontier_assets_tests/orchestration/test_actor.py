"""Who stands in the registry for what a run does, and how a stage's event leads to the trail."""

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import MODEL, Project


@pytest.mark.feature("DB-15")
@pytest.mark.usefixtures("unconverted")
def test_a_run_acts_for_whom_its_tag_names(project: Project) -> None:
    assert project.run("train", tags={"frontier/actor": "carol"}).success
    assert project.run("build", partition="1.0.0", tags={"frontier/actor": "dan"}).success
    with project.workspace() as workspace:
        assert workspace.versions.get(MODEL).created_by == "carol"
        assert workspace.audit.about(MODEL, "1.0.0")[-1].actor == "dan"
        assert {entry.actor for entry in workspace.audit.entries(MODEL)} == {"carol", "dan"}


@pytest.mark.feature("DB-15")
@pytest.mark.parametrize(
    ("tags", "actor"),
    [
        ({}, "ann"),
        ({"frontier/actor": ""}, "ann"),
        ({"dagster/sensor_name": "nightly"}, "sensor:nightly"),
        ({"dagster/schedule_name": "weekly"}, "schedule:weekly"),
        ({"dagster/schedule_name": "weekly", "frontier/actor": "carol"}, "carol"),
    ],
)
def test_without_a_tag_a_run_acts_for_what_started_it_or_whom_the_settings_name(
    project: Project, monkeypatch: pytest.MonkeyPatch, tags: dict[str, str], actor: str
) -> None:
    monkeypatch.setenv("FRONTIER_ACTOR", "ann")
    assert project.run("train", tags=tags).success
    with project.workspace() as workspace:
        assert workspace.versions.get(MODEL).created_by == actor


@pytest.mark.usefixtures("unconverted")
def test_the_event_of_a_stage_names_its_audit_entry_and_its_hash(project: Project) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    for stage in ("staging", "production"):
        assert project.promote(number, stage).success
        event = project.instance.get_latest_materialization_event(dg.AssetKey([MODEL, stage]))
        assert event is not None
        assert event.asset_materialization is not None
        metadata = event.asset_materialization.metadata
        with project.workspace() as workspace:
            (entry,) = workspace.audit.entries(MODEL, after=workspace.audit.heads()[MODEL] - 1)
        assert (entry.version, entry.after["stage"]) == (number, stage)
        assert metadata["audit_entry"].value == entry.sequence
        assert metadata["audit_hash"].value == entry.hash
