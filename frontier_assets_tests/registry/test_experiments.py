"""Experiments on record: one transaction for each step, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from frontier_assets.errors import (
    ExperimentConflictError,
    ExperimentLookError,
    ExperimentNotFoundError,
    ExperimentStateError,
    InvalidValueError,
    VersionNotFoundError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.registry.experiments import End
from frontier_assets.registry.ledger import AuditAction
from frontier_assets.specification import ExperimentDesign
from frontier_assets.types import ExperimentDecision, ExperimentState
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.stored import stored


def design(**values: Any) -> ExperimentDesign:
    facts: dict[str, Any] = {"control": "1.0.0", "treatments": ["1.0.1"], "seed": "s"}
    return ExperimentDesign.model_validate(facts | values)


def create(registry: Registry, key: str = "test_a", **values: Any) -> Experiment:
    return registry.experiments.create(
        "m", key, design(**values), name="a", description="", actor="ann"
    )


def look(registry: Registry, number: int, decision: str = "continue", **values: Any) -> Experiment:
    return registry.experiments.look(
        "test_a",
        number=number,
        decision=ExperimentDecision(decision),
        result={"units": {"1.0.0": number}},
        actor="ann",
        **({"end": None} | values),
    )


@pytest.fixture(autouse=True)
def versions(registry: Registry, samples: Samples) -> None:
    for _ in range(2):
        samples.register(registry)


@pytest.mark.feature("ABT-1", "ABT-5", "ABT-12")
def test_every_step_of_a_life_is_in_the_audit_trail(registry: Registry) -> None:
    create(registry, coverage=0.1)
    registry.experiments.start("test_a", actor="ann")
    registry.experiments.ramp("test_a", 0.5, actor="bea")
    look(registry, 1)
    ended = look(registry, 2, "treatment", end=End("it won", ("1.0.1",)))
    assert (ended.state, ended.decision, ended.subjects, ended.coverage) == (
        ExperimentState.DECIDED,
        ExperimentDecision.TREATMENT,
        ("1.0.1",),
        0.5,
    )
    assert [item.number for item in registry.experiments.looks("test_a")] == [1, 2]
    trail = [item for item in registry.audit.entries("m") if item.action.startswith("experiment")]
    assert [(item.action, item.version) for item in trail] == [
        (AuditAction.EXPERIMENT_CREATED, None),
        (AuditAction.EXPERIMENT_STARTED, None),
        (AuditAction.EXPERIMENT_RAMPED, None),
        (AuditAction.EXPERIMENT_LOOKED, None),
        (AuditAction.EXPERIMENT_LOOKED, None),
        (AuditAction.EXPERIMENT_DECIDED, "1.0.1"),
    ]
    registry.audit.verify()


def test_what_is_refused_changes_nothing(registry: Registry) -> None:
    create(registry)
    heads = registry.audit.heads()
    with pytest.raises(InvalidValueError, match="there is one of this id"):
        create(registry)
    with pytest.raises(VersionNotFoundError):
        create(registry, "test_b", treatments=["9.9.9"])
    with pytest.raises(ExperimentNotFoundError, match=r"^No active test found: test_b$"):
        registry.experiments.start("test_b", actor="ann")
    with pytest.raises(ExperimentStateError, match="is created and cannot be ramped"):
        registry.experiments.ramp("test_a", 0.5, actor="ann")
    with pytest.raises(ExperimentStateError, match="is created and cannot be looked at"):
        look(registry, 1)
    assert registry.audit.heads() == heads


def test_a_look_that_somebody_else_took_is_refused(registry: Registry) -> None:
    create(registry)
    registry.experiments.start("test_a", actor="ann")
    look(registry, 1)
    with pytest.raises(
        ExperimentLookError, match="by somebody else meanwhile; `frontier"
    ) as caught:
        look(registry, 1, "treatment", end=End("late", ("1.0.1",)))
    assert caught.value.retryable
    assert registry.experiments.get("test_a").state is ExperimentState.RUNNING


def test_of_two_that_would_end_it_at_once_one_does(registry: Registry) -> None:
    create(registry)
    registry.experiments.start("test_a", actor="ann")

    def end(reason: str) -> str:
        try:
            return look(registry, 1, "control", end=End(reason)).reason
        except ExperimentLookError:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [*pool.map(end, ("first", "second"))]
    assert sorted(outcome == "refused" for outcome in outcomes) == [False, True]
    assert registry.experiments.get("test_a").reason in outcomes


def test_of_two_overlapping_ones_that_start_at_once_one_does(registry: Registry) -> None:
    keys = ("test_a", "test_b")
    for key in keys:
        create(registry, key)

    def start(key: str) -> str:
        try:
            return registry.experiments.start(key, actor="ann").state
        except ExperimentConflictError:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, keys)) == ["refused", "running"]


def test_experiments_are_listed_by_state(registry: Registry) -> None:
    for key in ("test_a", "test_b"):
        create(registry, key)
    registry.experiments.stop("test_a", reason="enough", actor="ann")
    found = registry.experiments.list("m", state=ExperimentState.STOPPED)
    assert [(item.id, item.reason) for item in found] == [("test_a", "enough")]
    assert [item.id for item in registry.experiments.list("m")] == ["test_a", "test_b"]


@pytest.mark.feature("ABT-10")
def test_an_observation_is_kept_once_for_each_delivery(registry: Registry) -> None:
    create(registry)
    running = registry.experiments.start("test_a", actor="ann")
    facts: dict[str, Any] = {
        "unit": "ü",
        "variant": "1.0.0",
        "at": None,
        "metrics": {"accuracy": 0.5},
        "segment": {"country": "de"},
    }
    add = registry.observations.add
    assert [add(running, delivery=name, **facts) for name in "112"] == [True, False, True]
    first, _ = registry.observations.rows(running)
    assert (first.unit, first.metrics, first.segment) == ("ü", {"accuracy": 0.5}, {"country": "de"})
    assert first.at == first.received_at


def test_a_file_of_observations_is_recorded_once(registry: Registry) -> None:
    create(registry)
    running = registry.experiments.start("test_a", actor="ann")
    assert running.started_at is not None

    def add() -> bool:
        return registry.observations.add_file(
            running, stored("b" * 64), rows=3, received_at=running.created_at, actor="ann"
        )

    assert [add(), add()] == [True, False]
    (kept,) = registry.observations.files(running)
    assert (kept.digest, kept.rows) == ("b" * 64, 3)


def test_the_evidence_on_a_treatment_has_its_experiments(registry: Registry) -> None:
    create(registry)
    assert registry.stages.evidence("m", "1.0.0").experiments == ()
    (found,) = registry.stages.evidence("m", "1.0.1").experiments
    assert found.id == "test_a"
