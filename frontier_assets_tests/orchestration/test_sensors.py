import json
from collections.abc import Sequence

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import MODEL, Project


def requests_of(result: dg.SensorResult | dg.SkipReason) -> Sequence[dg.RunRequest]:
    assert isinstance(result, dg.SensorResult)
    return result.run_requests or ()


def ready_for(sensor: str, project: Project) -> None:
    """Bring the project to where ``sensor`` has exactly one run to ask for."""
    number = project.train()
    steps = {"new_versions": [], "promotion": [number]}[sensor]
    for built in steps:
        assert project.run("build", partition=built).success


def test_every_version_registered_between_two_ticks_is_built(project: Project) -> None:
    numbers = [project.train(), project.train(), project.train()]
    requests = requests_of(project.tick("new_versions"))
    assert [request.partition_key for request in requests] == numbers
    assert {request.job_name for request in requests} == {f"{MODEL}__build"}
    assert len({request.run_key for request in requests}) == len(numbers)


def test_a_version_registered_outside_dagster_gets_its_partition(project: Project) -> None:
    project.train()
    with project.workspace() as workspace:
        version = workspace.versions.register(MODEL, checkpoint="best")
    result = project.tick("new_versions")
    assert isinstance(result, dg.SensorResult)
    (added,) = result.dynamic_partitions_requests or ()
    assert version.number in added.partition_keys


def test_a_version_that_was_deleted_before_the_tick_is_not_built(project: Project) -> None:
    first, second = project.train(), project.train()
    with project.workspace() as workspace:
        workspace.versions.delete(f"{MODEL}@{first}", reason="a mistake")
    requests = requests_of(project.tick("new_versions"))
    assert [request.partition_key for request in requests] == [second]


def test_the_partition_of_a_version_that_was_deleted_goes(project: Project) -> None:
    first, _ = project.train(), project.train()
    built = project.tick("new_versions")
    assert isinstance(built, dg.SensorResult)
    with project.workspace() as workspace:
        workspace.versions.delete(f"{MODEL}@{first}", reason="a mistake")
    result = project.tick("new_versions", built.cursor)
    assert isinstance(result, dg.SensorResult)
    (gone,) = result.dynamic_partitions_requests or ()
    assert isinstance(gone, dg.DeleteDynamicPartitionsRequest)
    assert (gone.partitions_def_name, list(gone.partition_keys)) == (f"{MODEL}__versions", [first])
    assert not result.run_requests
    assert isinstance(project.tick("new_versions", result.cursor), dg.SkipReason)


@pytest.mark.feature("PRO-3")
@pytest.mark.parametrize("sensor", ["new_versions", "promotion"])
@pytest.mark.usefixtures("unconverted")
def test_a_second_tick_after_the_cursor_moved_requests_nothing(
    project: Project, sensor: str
) -> None:
    ready_for(sensor, project)
    first = project.tick(sensor)
    assert len(requests_of(first)) == 1
    assert isinstance(first, dg.SensorResult)
    assert isinstance(project.tick(sensor, first.cursor), dg.SkipReason)


@pytest.mark.parametrize("sensor", ["new_versions", "promotion"])
@pytest.mark.usefixtures("unconverted")
def test_a_tick_repeated_with_its_old_cursor_repeats_its_run_keys(
    project: Project, sensor: str
) -> None:
    ready_for(sensor, project)
    keys = [[request.run_key for request in requests_of(project.tick(sensor))] for _ in range(2)]
    assert keys[0] == keys[1]


def test_a_version_that_is_being_built_is_not_built_twice(project: Project) -> None:
    number = project.train()
    project.begin_build(number)
    assert isinstance(project.tick("new_versions"), dg.SkipReason)


def test_promotion_waits_for_the_end_of_the_build(project: Project) -> None:
    number = project.train()
    steps = [dg.AssetKey([MODEL, "version"]), dg.AssetKey([MODEL, "evaluation", "holdout"])]
    assert project.run("build", partition=number, asset_selection=steps).success
    result = project.tick("promotion")
    assert isinstance(result, dg.SkipReason)
    assert "conversion onnx was not made yet" in str(result.skip_message)


@pytest.mark.feature("PRO-3")
def test_a_tick_that_promotes_nothing_names_the_gate_that_failed(project: Project) -> None:
    strict = [{"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 1.0}]
    lazy = {"entrypoint": "frontier_assets_tests.tiny_model:train", "parameters": {"epochs": 0}}
    project.change(gates=strict, training=lazy)
    number = project.train()
    project.run("build", partition=number)
    result = project.tick("promotion")
    assert isinstance(result, dg.SkipReason)
    assert f"{MODEL}@{number} to staging: gate holdout/accurate failed" in str(result.skip_message)


@pytest.mark.feature("PRO-3")
@pytest.mark.usefixtures("unconverted")
def test_promotion_goes_stage_by_stage_and_names_the_holder_it_saw(project: Project) -> None:
    first = project.train()
    project.run("build", partition=first)
    staging = project.tick("promotion")
    (request,) = requests_of(staging)
    config = request.run_config["ops"][f"{MODEL}__promote_version"]["config"]
    assert (config["version"], config["to"]) == (first, "staging")
    assert project.run("promote", run_config=request.run_config).success
    assert isinstance(staging, dg.SensorResult)
    production = project.tick("promotion", staging.cursor)
    (request,) = requests_of(production)
    config = request.run_config["ops"][f"{MODEL}__promote_version"]["config"]
    assert (config["to"], config["expected"]) == ("production", "nobody")
    assert project.run("promote", run_config=request.run_config).success
    with project.workspace() as workspace:
        assert workspace.stages.holder(MODEL).number == first  # type: ignore[union-attr]


@pytest.mark.usefixtures("unconverted")
def test_of_two_staged_versions_only_the_newest_goes_to_production(project: Project) -> None:
    numbers = [project.train(), project.train()]
    for number in numbers:
        project.run("build", partition=number)
        project.promote(number, "staging")
    (request,) = requests_of(project.tick("promotion"))
    config = request.run_config["ops"][f"{MODEL}__promote_version"]["config"]
    assert (config["version"], config["to"]) == (numbers[-1], "production")


@pytest.mark.usefixtures("unconverted")
def test_a_rolled_back_version_is_not_promoted_again_by_itself(project: Project) -> None:
    for number in (project.train(), project.train()):
        project.run("build", partition=number)
        project.promote(number, "staging")
        project.promote(number, "production")
    with project.workspace() as workspace:
        workspace.stages.rollback(MODEL, reason="it fell over")
    assert isinstance(project.tick("promotion"), dg.SkipReason)


def test_manual_promotion_is_left_to_people(project: Project) -> None:
    project.change(conversions=[], promotion={"staging": "manual", "production": "manual"})
    number = project.train()
    project.run("build", partition=number)
    result = project.tick("promotion")
    assert isinstance(result, dg.SkipReason)
    assert "`promotion.staging` is `manual`" in str(result.skip_message)


def test_the_cursor_is_the_change_sequence_of_each_model(project: Project) -> None:
    project.train()
    result = project.tick("new_versions")
    assert isinstance(result, dg.SensorResult)
    with project.workspace() as workspace:
        assert json.loads(result.cursor or "") == workspace.audit.heads()
