"""The life of an experiment, and what each step of it refuses."""

import re
from typing import Any

import pytest

from frontier_assets.errors import (
    ExperimentConflictError,
    ExperimentNotFoundError,
    ExperimentStateError,
    InvalidValueError,
    VersionNotFoundError,
    VersionProtectedError,
)
from frontier_assets.types import ExperimentState
from frontier_assets_tests.experiments.conftest import CONTROL, MODEL, TREATMENT, Lab

P90 = {"metric": "x", "kind": "quantile", "quantile": 0.9, "direction": "lower"}


@pytest.mark.feature("ABT-1", "ABT-3")
def test_an_experiment_has_an_id_of_its_name_and_time(lab: Lab) -> None:
    first, second = lab.create(), lab.create()
    assert re.fullmatch(r"test_wider-net_\d{8}_\d{6}_[0-9a-f]{4}", first.id)
    assert first.id != second.id
    assert first.state is ExperimentState.CREATED
    assert first.design.variants == (CONTROL, TREATMENT)


@pytest.mark.feature("ABT-1", "ABT-2", "ABT-4", "ABT-8", "ABT-19")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"treatments": []}, "treatments"),
        ({"treatments": [CONTROL]}, "is given twice"),
        ({"alpha": 1.0}, "alpha"),
        ({"minimum_units": 0}, "minimum_units"),
        ({"maximum_days": 0}, "maximum_days"),
        ({"minimum_effect": 0}, "minimum_effect"),
        ({"split": 1.5}, "one share from 0 to 1"),
        ({"split": {CONTROL: 0.5, TREATMENT: 0.6}}, "add to 1"),
        ({"metric": "latency_ms"}, "nobody knows"),
        ({"guardrails": [{"metric": "accuracy"}]}, "names 'accuracy' twice"),
        ({"unknown": 1}, "unknown"),
        ({"planned_units": None, "metric": {"metric": "x", "direction": "lower"}}, "deviation"),
        ({"planned_units": None, "metric": P90, "deviation": 1.0}, "give `planned_units`, or"),
        ({"planned_units": None, "power": 0.04}, "expected more than `alpha`, 0.05"),
        ({"strategy": "thompson", "split": 0.3}, "no meaning"),
    ],
)
def test_a_design_that_cannot_be_meant_is_refused(
    lab: Lab, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(said)):
        lab.create(**values)
    assert lab.experiments.list(MODEL) == []


@pytest.mark.feature("ABT-1")
def test_a_version_that_there_is_not_is_refused(lab: Lab) -> None:
    with pytest.raises(VersionNotFoundError):
        lab.create(treatments=["9.9.9"])


@pytest.mark.feature("ABT-5", "ABT-6", "ABT-9")
def test_units_are_assigned_while_it_runs_and_not_before_or_after(lab: Lab) -> None:
    created = lab.create()
    refused = re.escape(f"No active test found: {created.id}")
    with pytest.raises(ExperimentNotFoundError, match=refused):
        lab.experiments.assigner(created.id)
    lab.experiments.start(created.id)
    assigner = lab.experiments.assigner(created.id)
    assert {assigner.assign(f"user-{at}") for at in range(50)} == {CONTROL, TREATMENT}
    stopped = lab.experiments.stop(created.id, reason="Test completed successfully")
    assert (stopped.state, stopped.reason) == ("stopped", "Test completed successfully")
    with pytest.raises(ExperimentNotFoundError, match=refused):
        lab.experiments.assigner(created.id)
    assigner.refresh()
    assert {assigner.assign(f"user-{at}") for at in range(50)} == {CONTROL}


@pytest.mark.feature("ABT-5", "ABT-6")
def test_an_experiment_starts_once_and_stops_once_with_a_reason(lab: Lab) -> None:
    running = lab.running()
    with pytest.raises(ExperimentStateError, match="is running and cannot be started"):
        lab.experiments.start(running.id)
    with pytest.raises(InvalidValueError, match="Reason"):
        lab.experiments.stop(running.id, reason=" ")
    lab.experiments.stop(running.id, reason="enough")
    with pytest.raises(ExperimentStateError, match="is stopped and cannot be stopped"):
        lab.experiments.stop(running.id, reason="again")


@pytest.mark.feature("ABT-9", "ABT-10")
def test_what_there_is_not_is_not_found(lab: Lab) -> None:
    with pytest.raises(ExperimentNotFoundError, match=r"^No active test found: test_1$"):
        lab.experiments.assigner("test_1")
    with pytest.raises(ExperimentNotFoundError):
        lab.experiments.record("test_1", unit="u", variant=CONTROL, metrics={"accuracy": 1})


def test_running_experiments_share_no_units_of_a_namespace(lab: Lab) -> None:
    first = lab.running(namespace_range=(0.0, 0.5))
    with pytest.raises(ExperimentConflictError, match=first.id):
        lab.running(namespace_range=(0.4, 0.8))
    second = lab.running(namespace_range=(0.5, 1.0))
    units = [f"user-{at}" for at in range(1000)]
    both = [lab.experiments.assigner(item.id).assign_many(units) for item in (first, second)]
    assert ((both[0] >= 0) != (both[1] >= 0)).all()
    lab.running(namespace="other")


def test_a_version_of_an_experiment_is_not_deleted(lab: Lab) -> None:
    running = lab.running()
    with pytest.raises(VersionProtectedError, match=f"takes part in experiment {running.id}"):
        lab.workspace.versions.delete(f"{MODEL}@{CONTROL}", reason="tidy")


ACCURACY = {"metric": "accuracy", "kind": "proportion"}
