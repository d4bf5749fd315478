"""A model's life in Dagster: from training to production, and what stops it on the way."""

import dataclasses
import threading
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.tiny_project import MODEL, Project


def failed_steps(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.step_key for event in result.get_step_failure_events() if event.step_key}


def materialized(result: dg.ExecuteInProcessResult) -> set[str]:
    return {
        event.asset_key.to_user_string()
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def test_training_reports_each_checkpoint_and_registers_a_version(project: Project) -> None:
    result = project.run("train")
    assert result.success
    keys = project.instance.get_dynamic_partitions(f"{MODEL}__checkpoints")
    assert [key.split("-step-")[1] for key in keys] == [str(step) for step in range(21)]
    assert project.instance.get_dynamic_partitions(f"{MODEL}__versions") == ["1.0.0"]
    reported = project.instance.get_materialized_partitions(dg.AssetKey([MODEL, "checkpoint"]))
    assert reported == set(keys)


def test_a_build_evaluates_gates_converts_and_proves(project: Project) -> None:
    number = project.train()
    result = project.run("build", partition=number)
    assert result.success
    assert materialized(result) == {
        "tiny/version",
        "tiny/evaluation/holdout",
        "tiny/onnx",
        "tiny/comparison",
        "tiny/model_card",
    }
    checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    checks.pop("latency")  # whichever is faster here
    assert checks == {"accurate": True, "parity": True}
    with project.workspace() as workspace:
        assert workspace.why(f"{MODEL}@{number}", to=Stage.STAGING).allowed
        record = workspace.registry.artifacts.get(MODEL, number, "onnx")
        assert record.outcome is Outcome.PASSED
        assert record.verified_at is not None


def test_materialisations_carry_digests_sizes_ids_and_numbers_that_plot(project: Project) -> None:
    number = project.train()
    result = project.run("build", partition=number)
    by_key = {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert isinstance(by_key["tiny/evaluation/holdout"]["accuracy"], dg.FloatMetadataValue)
    # Numbers are plotted; an identifier is none.
    assert isinstance(by_key["tiny/evaluation/holdout"]["evaluation_id"], dg.TextMetadataValue)
    for key in ("tiny/version", "tiny/onnx"):
        assert {"uri", "digest", "size_bytes", "stored_bytes", "version_id"} <= set(by_key[key])
    with project.workspace() as workspace:
        version = workspace.versions.get(f"{MODEL}@{number}")
    assert by_key["tiny/version"]["digest"].value == version.digest
    latest = project.instance.get_latest_materialization_event(dg.AssetKey([MODEL, "version"]))
    assert latest is not None
    assert latest.asset_materialization is not None
    assert (latest.asset_materialization.tags or {})["dagster/data_version"] == version.digest


@pytest.mark.feature("VER-22")
def test_a_version_of_files_that_lie_elsewhere_says_where(project: Project, tmp_path: Path) -> None:
    (tmp_path / "theirs.bin").write_bytes(b"weights")
    place = f"file:{tmp_path}/theirs.bin"
    with project.workspace() as workspace:
        version = workspace.versions.register(MODEL, uri=place)
    project.instance.add_dynamic_partitions(f"{MODEL}__versions", [version.number])
    key = dg.AssetKey([MODEL, "version"])
    assert project.run("build", partition=version.number, asset_selection=[key]).success
    event = project.instance.get_latest_materialization_event(key)
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["storage_uri"].value == place


@pytest.mark.usefixtures("unconverted")
def test_a_version_goes_through_staging_to_production_and_back(project: Project) -> None:
    first, second = project.train(), project.train()
    for number in (first, second):
        assert project.run("build", partition=number).success
        assert project.promote(number, "staging").success
        assert project.promote(number, "production").success
    with project.workspace() as workspace:
        assert workspace.stages.holder(MODEL).number == second  # type: ignore[union-attr]
    rollback = {"ops": {f"{MODEL}__rollback_version": {"config": {"reason": "it fell over"}}}}
    assert project.run("rollback", run_config=rollback).success
    with project.workspace() as workspace:
        assert workspace.stages.holder(MODEL).number == first  # type: ignore[union-attr]
        workspace.audit.verify()
    latest = project.instance.get_latest_materialization_event(dg.AssetKey([MODEL, "production"]))
    assert latest is not None
    assert latest.asset_materialization is not None
    assert latest.asset_materialization.metadata["version"].value == first


@pytest.mark.usefixtures("unconverted")
def test_the_audit_row_of_a_promotion_names_its_run(project: Project) -> None:
    number = project.train()
    project.run("build", partition=number)
    run = project.promote(number, "staging")
    with project.workspace() as workspace:
        assert workspace.stages.history(MODEL)[-1].run_id == run.run_id


@pytest.mark.feature("EVA-3")
def test_a_failed_critical_gate_stops_conversion_in_the_same_run(project: Project) -> None:
    project.change(training={**training(), "parameters": {"epochs": 0}})
    number = project.train()
    result = project.run("build", partition=number)
    assert failed_steps(result) == {"tiny__evaluation__holdout"}
    assert materialized(result) == {"tiny/version", "tiny/evaluation/holdout"}
    with project.workspace() as workspace:
        assert workspace.registry.artifacts.list(MODEL, number) == []


def test_a_failed_critical_gate_stops_a_later_run_of_a_downstream_asset(project: Project) -> None:
    project.change(training={**training(), "parameters": {"epochs": 0}})
    number = project.train()
    project.run("build", partition=number)
    alone = project.run("build", partition=number, asset_selection=[dg.AssetKey([MODEL, "onnx"])])
    assert failed_steps(alone) == {"tiny__onnx"}
    message = str(alone.get_step_failure_events()[0].step_failure_data.error)
    assert "Conversion of tiny@1.0.0 to onnx failed" in message
    assert "accurate failed: observed" in message
    with project.workspace() as workspace:
        assert workspace.registry.artifacts.list(MODEL, number) == []


def test_a_failed_critical_gate_stops_the_stage_job(project: Project) -> None:
    project.change(training={**training(), "parameters": {"epochs": 0}})
    number = project.train()
    project.run("build", partition=number)
    result = project.promote(number, "staging")
    assert not result.success
    message = str(result.get_step_failure_events()[0].step_failure_data.error)
    assert "Model tiny is not approved for staging" in message
    with project.workspace() as workspace:
        assert workspace.versions.get(f"{MODEL}@{number}").stage is Stage.DEVELOPMENT


def test_after_a_re_evaluation_that_passes_the_sensors_finish_the_job(project: Project) -> None:
    project.change(training={**training(), "parameters": {"epochs": 0}})
    number = project.train()
    first_tick = project.tick("new_versions")
    assert isinstance(first_tick, dg.SensorResult)
    project.run("build", partition=number)
    lenient = [{"name": "accurate", "dataset": "holdout", "metric": "accuracy", "threshold": 0.0}]
    project.change(gates=lenient, training={**training(), "parameters": {"epochs": 0}})
    evaluation = dg.AssetKey([MODEL, "evaluation", "holdout"])
    assert project.run("build", partition=number, asset_selection=[evaluation]).success
    second_tick = project.tick("new_versions", first_tick.cursor)
    assert isinstance(second_tick, dg.SensorResult)
    (request,) = second_tick.run_requests or ()
    assert set(request.asset_selection or ()) == {
        dg.AssetKey([MODEL, "onnx"]),
        dg.AssetKey([MODEL, "comparison"]),
        dg.AssetKey([MODEL, "model_card"]),
    }
    rest = project.run(
        "build", partition=number, asset_selection=[*(request.asset_selection or ())]
    )
    assert rest.success
    assert project.promote(number, "staging", automatic=True).success


@pytest.mark.usefixtures("unconverted")
def test_two_stage_jobs_for_one_version_at_the_same_time_promote_once(project: Project) -> None:
    number = project.train()
    project.run("build", partition=number)
    project.promote(number, "staging")
    results: list[bool] = []
    together = threading.Barrier(2)

    def promote() -> None:
        # Dagster's in-memory storage is not for two threads; the registry is.
        with dg.DagsterInstance.ephemeral() as instance:
            own = dataclasses.replace(project, instance=instance)
            together.wait()
            results.append(own.promote(number, "production", expected="nobody").success)

    threads = [threading.Thread(target=promote) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True, True]
    with project.workspace() as workspace:
        targets = [move.target for move in workspace.stages.history(MODEL)]
        assert targets == [Stage.STAGING, Stage.PRODUCTION]


def test_a_second_build_is_refused_while_the_first_runs(project: Project) -> None:
    number = project.train()
    running = project.begin_build(number)
    result = project.run("build", partition=number)
    assert failed_steps(result) == {"tiny__version"}
    message = str(result.get_step_failure_events()[0].step_failure_data.error)
    assert f"tiny@1.0.0 is being built by run {running}" in message


@pytest.mark.usefixtures("unconverted")
def test_a_build_whose_run_has_ended_is_taken_over(project: Project) -> None:
    number = project.train()
    with project.workspace() as workspace:
        workspace.registry.builds.acquire(
            MODEL, number, run_id="gone", is_over=lambda _: False, actor="somebody"
        )
    assert project.run("build", partition=number).success


def test_a_partition_that_is_no_version_fails_and_names_it(project: Project) -> None:
    project.train()
    project.instance.add_dynamic_partitions(f"{MODEL}__versions", ["9.9.9"])
    result = project.run("build", partition="9.9.9")
    message = str(result.get_step_failure_events()[0].step_failure_data.error)
    assert "Model 'tiny' version '9.9.9' not found" in message


def training() -> dict[str, object]:
    return {"entrypoint": "frontier_assets_tests.tiny_model:train"}
