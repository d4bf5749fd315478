"""Experiments in Dagster: looks by schedule, checks, and what the promotion sensor makes of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import numpy as np
import pytest

from frontier_assets.errors import PromotionRefusedError
from frontier_assets.types import Stage
from frontier_assets_tests.orchestration.test_sensors import requests_of
from frontier_assets_tests.tiny_project import MODEL, Project

KEY, PARTITIONS = dg.AssetKey([MODEL, "ab_test"]), f"{MODEL}__ab_tests"
Tick = Callable[[], list[dg.RunRequest]]
SECTION: dict[str, Any] = {
    "metric": "accuracy",
    "guardrails": [{"metric": "latency_ms", "direction": "lower", "margin": 0.1}],
    "planned_units": 1000,
    "minimum_units": 100,
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """What a schedule can reach by a reference, which an ephemeral instance does not have."""
    folder = tmp_path_factory.mktemp("dagster")
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance


@pytest.fixture
def two_versions(project: Project) -> Project:
    """A model whose first version is in production and whose second one waits in staging."""
    project.change(
        conversions=[],
        ab_test=SECTION,
        promotion={"staging": "automatic", "production": {"after": ["gates", "ab_test"]}},
    )
    for stages in (("staging", "production"), ("staging",)):
        number = project.train()
        assert project.run("build", partition=number).success
        for stage in stages:
            assert project.promote(number, stage).success
    return project


def begin(project: Project) -> str:
    with project.workspace() as workspace:
        made = workspace.experiments.create(MODEL, "wider", control="1.0.0", treatments=["1.0.1"])
        return workspace.experiments.start(made.id).id


def observe(
    project: Project, experiment: str, *, start: int, accuracy: float, latency: float
) -> None:
    units = [f"user-{start + at}" for at in range(600)]
    random = np.random.default_rng(start)
    with project.workspace() as workspace:
        assigned = workspace.experiments.assigner(experiment).assign_many(units)
        workspace.experiments.record_many(
            experiment,
            {
                "unit": units,
                "variant": np.array(["1.0.0", "1.0.1"])[assigned],
                "accuracy": 0.8 + assigned * accuracy + 0.05 * random.standard_normal(600),
                "latency_ms": 100 + assigned * latency + 5 * random.standard_normal(600),
            },
        )


@pytest.fixture
def tick(two_versions: Project, kept: dg.DagsterInstance) -> Tick:
    """Let the schedule tick and do what it asks for."""
    project = two_versions
    schedule = project.defs.resolve_schedule_def(f"{MODEL}__ab_test_looks")

    def tick_once() -> list[dg.RunRequest]:
        with dg.build_schedule_context(
            instance=kept,
            scheduled_execution_time=datetime.now(UTC),
            resources={"workspace": project.defs.resources["workspace"]},  # type: ignore[index]
        ) as context:
            asked = schedule(context)
        assert isinstance(asked, list | dg.SkipReason)
        requests = asked if isinstance(asked, list) else []
        for request in requests:
            assert kept.has_dynamic_partition(PARTITIONS, str(request.partition_key))
            project.instance.add_dynamic_partitions(PARTITIONS, [str(request.partition_key)])
            assert project.run("look", partition=request.partition_key).success
        return requests

    return tick_once


def checks(project: Project, name: str) -> list[bool]:
    """Return whether the check passed, newest first."""
    storage = project.instance.event_log_storage
    found = storage.get_asset_check_execution_history(dg.AssetCheckKey(KEY, name), limit=10)
    return [
        record.event.dagster_event.asset_check_evaluation_data.passed
        for record in found
        if record.event and record.event.dagster_event
    ]


@pytest.mark.feature("ABT-13", "ABT-20")
def test_a_planted_breach_stops_the_experiment_once_and_bars_the_treatment(
    two_versions: Project, tick: Tick
) -> None:
    project, experiment = two_versions, begin(two_versions)
    observe(project, experiment, start=0, accuracy=0.0, latency=0.0)
    assert len(tick()) == 1
    with project.workspace() as workspace:
        assigner = workspace.experiments.assigner(experiment, refresh_s=0)
        assert {assigner.assign(f"u{at}") for at in range(50)} == {"1.0.0", "1.0.1"}
        observe(project, experiment, start=600, accuracy=0.0, latency=80.0)
        assert len(tick()) == 1
        assert tick() == []
        assert {assigner.assign(f"u{at}") for at in range(50)} == {"1.0.0"}
        ended = workspace.experiments.get(experiment)
        assert (ended.state, ended.decision, ended.subjects) == (
            "decided",
            "guardrail_stop",
            ("1.0.1",),
        )
        with pytest.raises(PromotionRefusedError, match="it did harm in experiment"):
            workspace.stages.promote(f"{MODEL}@1.0.1", to="production", reason="all the same")
        holder = workspace.stages.holder(MODEL, Stage.PRODUCTION)
        assert holder is not None
        assert holder.number == "1.0.0"
    assert checks(project, "guardrail_latency_ms") == [False, True]
    assert checks(project, "sample_ratio") == [True, True]
    refused = project.tick("promotion")
    assert isinstance(refused, dg.SkipReason)
    assert "it did harm in experiment" in str(refused.skip_message)


@pytest.mark.feature("ABT-12", "ABT-20", "TST-7")
def test_the_winner_is_promoted_by_the_sensor_once(two_versions: Project, tick: Tick) -> None:
    project, experiment = two_versions, begin(two_versions)
    waiting = project.tick("promotion")
    assert isinstance(waiting, dg.SkipReason)
    assert f"experiment {experiment} is running" in str(waiting.skip_message)
    observe(project, experiment, start=0, accuracy=0.1, latency=0.0)
    tick()
    asked = project.tick("promotion")
    (request,) = requests_of(asked)
    assert isinstance(asked, dg.SensorResult)
    assert project.run("promote", run_config=request.run_config).success
    with project.workspace() as workspace:
        holder = workspace.stages.holder(MODEL, Stage.PRODUCTION)
        assert holder is not None
        assert holder.number == "1.0.1"
    assert isinstance(project.tick("promotion", asked.cursor), dg.SkipReason)


@pytest.mark.feature("ABT-6", "ABT-20")
def test_an_experiment_stopped_by_hand_is_materialised_once_more(
    two_versions: Project, tick: Tick
) -> None:
    project, experiment = two_versions, begin(two_versions)
    observe(project, experiment, start=0, accuracy=0.0, latency=0.0)
    with project.workspace() as workspace:
        workspace.experiments.stop(experiment, reason="Test completed successfully")
    first, second = tick(), tick()
    assert [request.run_key for request in first] == [request.run_key for request in second]
    event = project.instance.get_latest_materialization_event(KEY)
    assert event is not None
    assert event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    assert event.asset_materialization.partition == experiment
    assert {"picture_balance", "picture_metrics", "why", "metrics"} <= metadata.keys()


def test_without_experiments_the_schedule_skips(tick: Tick) -> None:
    assert tick() == []
