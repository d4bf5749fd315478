"""Pre-releases in Dagster: training on a branch, building what it registered, and no promotion."""

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import MODEL, Project

ON_SIDE = {"frontier/branch": "side"}


@pytest.fixture
def forked(project: Project) -> Project:
    """A project with a released number, and a branch from it."""
    project.change(conversions=[])
    project.train()
    with project.workspace() as workspace:
        workspace.branches.create(MODEL, "side")
    return project


@pytest.mark.feature("VER-13", "DB-12")
def test_a_training_run_with_the_tag_registers_on_the_branch(forked: Project) -> None:
    assert forked.run("train", tags=ON_SIDE).success
    with forked.workspace() as workspace:
        head = workspace.versions.get(f"{MODEL}@side")
        assert workspace.versions.get(MODEL).number == "1.0.0"
    assert (head.number, head.branch) == ("1.0.1-side.1", "side")
    assert head.parameters == {"epochs": 20, "seed": 0}
    partitions = forked.instance.get_dynamic_partitions(f"{MODEL}__versions")
    assert partitions == ["1.0.0", "1.0.1-side.1"]


def test_a_training_run_for_an_unknown_branch_fails_before_it_trains(forked: Project) -> None:
    assert not forked.run("train", tags={"frontier/branch": "other"}).success
    with forked.workspace() as workspace:
        assert len(workspace.versions.list(MODEL)) == 1
        assert len(workspace.training_runs.list(MODEL)) == 1


@pytest.mark.feature("VER-13")
def test_a_pre_release_is_a_partition_that_the_sensor_asks_to_build(forked: Project) -> None:
    with forked.workspace() as workspace:
        workspace.versions.register(MODEL, checkpoint="best", branch="side")
    result = forked.tick("new_versions")
    assert isinstance(result, dg.SensorResult)
    main, side = result.run_requests or ()
    assert (main.partition_key, main.tags["frontier/branch"]) == ("1.0.0", "main")
    assert (side.partition_key, side.tags["frontier/branch"]) == ("1.0.1-side.1", "side")
    (added,) = result.dynamic_partitions_requests or ()
    assert added.partition_keys == ["1.0.0", "1.0.1-side.1"]


@pytest.mark.feature("VER-13", "VER-14", "DB-12", "DB-13", "DB-14")
def test_a_pre_release_is_built_like_any_version_and_released_by_nobody(forked: Project) -> None:
    assert forked.run("train", tags=ON_SIDE).success
    result = forked.run("build", partition="1.0.1-side.1")
    assert result.success
    pages = {
        event.asset_key.path[-1]: event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    page = pages["version"]
    assert (page["branch"].value, page["parent"].value) == ("side", "1.0.0")
    assert page["parameters"].value == {"epochs": 20, "seed": 0}
    for fact in ("environment", "signature"):
        assert isinstance(page[fact], dg.JsonMetadataValue)
    assert "```mermaid\nflowchart LR\n" in str(pages["model_card"]["card"].value)
    # It goes to staging by hand alone, and to production only as what it is merged into.
    skipped = forked.tick("promotion")
    assert isinstance(skipped, dg.SkipReason)
    assert "1.0.1-side.1 is a pre-release of branch side" in str(skipped.skip_message)
    assert forked.promote("1.0.1-side.1", "staging").success
    assert not forked.promote("1.0.1-side.1", "production").success
