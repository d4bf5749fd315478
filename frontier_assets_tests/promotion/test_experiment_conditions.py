"""What experiments say about a move: what has to be won, and what bars a version."""

import dataclasses
from typing import Any

import pytest

from frontier_assets.promotion.decision import decide
from frontier_assets.registry.evidence import Condition, Evidence
from frontier_assets.registry.experiment_records import Experiment
from frontier_assets.specification import ExperimentDesign
from frontier_assets.types import ExperimentDecision, ExperimentState, Stage
from frontier_assets_tests.promotion.complete import AT, specification, version

WAITS = specification(ab_test={}, promotion={"production": {"after": ["gates", "ab_test"]}})
HOLDER = version("1.0.0", 1, Stage.PRODUCTION)


def experiment(number: int = 1, **values: Any) -> Experiment:
    facts: dict[str, Any] = {
        "id": f"test_{number}",
        "row": number,
        "model": "m",
        "name": "wider",
        "description": "",
        "state": ExperimentState.DECIDED,
        "design": ExperimentDesign(control="1.0.0", treatments=["1.0.1"], seed="s"),
        "coverage": 1.0,
        "created_at": AT,
        "created_by": "ann",
        "started_at": AT,
        "ended_at": AT,
        "reason": "because",
        "decision": ExperimentDecision.TREATMENT,
        "subjects": ("1.0.1",),
    }
    return Experiment(**(facts | values))


HARMED = experiment(decision=ExperimentDecision.GUARDRAIL_STOP)
RUNNING = experiment(state=ExperimentState.RUNNING, decision=None, subjects=())


def conditions(
    evidence: Evidence,
    *experiments: Experiment,
    waits: bool = True,
    to: Stage = Stage.PRODUCTION,
    automatic: bool = False,
) -> list[Condition]:
    tried = dataclasses.replace(
        evidence,
        policy=WAITS if waits else evidence.policy,
        holder=HOLDER,
        experiments=experiments,
    )
    found = decide(tried, to=to, automatic=automatic).conditions
    return [item for item in found if item.name in ("ab_test", "guardrails")]


@pytest.mark.feature("ABT-12", "ABT-13")
@pytest.mark.parametrize(
    ("experiments", "expected"),
    [
        ((), [("ab_test", "waiting")]),
        ((RUNNING,), [("ab_test", "waiting")]),
        ((experiment(),), [("ab_test", "met")]),
        ((experiment(decision=ExperimentDecision.CONTROL),), [("ab_test", "unmet")]),
        ((HARMED,), [("guardrails", "unmet"), ("ab_test", "unmet")]),
        ((HARMED, experiment(2)), [("ab_test", "met")]),
        ((experiment(), HARMED), [("guardrails", "unmet"), ("ab_test", "unmet")]),
    ],
)
def test_a_version_has_to_win_its_last_experiment(
    evidence: Evidence, experiments: tuple[Experiment, ...], expected: list[tuple[str, str]]
) -> None:
    found = conditions(evidence, *experiments)
    assert [(item.name, item.state) for item in found] == expected


def test_harm_bars_a_version_also_where_no_experiment_is_awaited(evidence: Evidence) -> None:
    (found,) = conditions(evidence, HARMED, waits=False)
    assert (found.name, found.state) == ("guardrails", "unmet")
    assert found.remedy == "frontier experiments show test_1"
    assert conditions(evidence, experiment(), waits=False) == []


@pytest.mark.feature("ABT-12")
@pytest.mark.parametrize(
    ("experiments", "expected"),
    [
        ((), []),
        ((experiment(state=ExperimentState.CREATED, decision=None),), ["waiting"]),
        ((RUNNING,), ["waiting"]),
        ((experiment(state=ExperimentState.STOPPED, decision=None),), ["waiting"]),
        ((experiment(decision=ExperimentDecision.CONTROL),), ["unmet"]),
        ((experiment(),), ["met"]),
    ],
)
def test_no_sensor_passes_by_an_experiment_that_somebody_designed(
    evidence: Evidence, experiments: tuple[Experiment, ...], expected: list[str]
) -> None:
    found = conditions(evidence, *experiments, waits=False, automatic=True)
    assert [item.state for item in found] == expected
    assert conditions(evidence, *experiments, waits=False, automatic=False) == []
    staged = conditions(evidence, *experiments, waits=False, to=Stage.STAGING, automatic=True)
    assert staged == []


def test_what_to_do_is_said_at_every_step(evidence: Evidence) -> None:
    created = experiment(state=ExperimentState.CREATED, decision=None, subjects=())
    remedies = [conditions(evidence, *given)[0].remedy for given in ((), (created,), (RUNNING,))]
    assert remedies == [
        "frontier experiments create m NAME --control 1.0.0 --treatment 1.0.1",
        "frontier experiments start test_1",
        "frontier experiments show test_1",
    ]


def test_the_first_version_has_nobody_to_win_against(evidence: Evidence) -> None:
    first = dataclasses.replace(evidence, policy=WAITS, holder=None)
    found = decide(first, to=Stage.PRODUCTION, automatic=False).conditions
    (condition,) = [item for item in found if item.name == "ab_test"]
    assert condition.state == "met"
