"""Every state that an evaluation can be in, and the record of what each came to."""

import dataclasses
import inspect

import pytest

from frontier_assets.errors import AuditChainError, EntrypointError, InvalidValueError
from frontier_assets.registry.evaluations import Evaluations
from frontier_assets.types import Outcome, Stage
from frontier_assets_tests.evaluation.counted import Counted


def state(counted: Counted, ref: str) -> str:
    (found,) = counted.workspace.evaluation_states(ref).values()
    return str(found)


@pytest.mark.feature("EVA-5", "EVA-1")
def test_an_evaluation_goes_from_pending_to_each_of_its_ends(counted: Counted) -> None:
    counted.policy([{"threshold": 0.99}])
    version = counted.register(*range(40))
    seen = [state(counted, version.ref)]
    builds = counted.workspace.registry.builds
    builds.acquire("m", version.number, run_id="run", is_over=lambda _: False, actor="ann")
    seen.append(state(counted, version.ref))
    counted.module.holdout, whole = None, counted.module.holdout
    with pytest.raises(EntrypointError, match="counted_model:holdout"):
        counted.workspace.evaluate(version.ref, "holdout")
    seen.append(state(counted, version.ref))
    counted.module.holdout = whole
    counted.workspace.evaluate(version.ref, "holdout")
    seen.append(state(counted, version.ref))
    counted.policy([{"threshold": 0.9}])
    counted.workspace.evaluate(version.ref, "holdout")
    seen.append(state(counted, version.ref))
    assert seen == ["pending", "running", "error", "failed", "passed"]


@pytest.mark.feature("EVA-1")
def test_a_model_that_is_wrong_in_40_of_400_is_right_in_nine_of_ten(counted: Counted) -> None:
    counted.policy()
    found = counted.workspace.evaluate(counted.register(*range(40)).ref, "holdout").evaluation
    assert (found.metrics, found.rows) == ({"accuracy": 0.9}, 400)


@pytest.mark.feature("EVA-1")
def test_a_data_set_that_the_yaml_does_not_evaluate_is_refused_by_name(counted: Counted) -> None:
    counted.policy()
    version = counted.register(1)
    with pytest.raises(InvalidValueError, match=r"'elsewhere'.*one of holdout"):
        counted.workspace.evaluate(version.ref, "elsewhere")


@pytest.mark.feature("EVA-6", "EVA-3")
@pytest.mark.parametrize(("wrong", "allowed"), [(44, False), (40, True)])
def test_0_89_cannot_pass_a_gate_of_0_9_whose_comparison_and_severity_are_left_out(
    counted: Counted, wrong: int, allowed: bool
) -> None:
    counted.policy([{"name": "production_accuracy", "threshold": 0.9}])
    version = counted.register(*range(wrong))
    (verdict,) = counted.workspace.evaluate(version.ref, "holdout").verdicts
    assert (verdict.comparison, verdict.severity) == (">=", "critical")
    conditions = counted.workspace.why(version.ref, to=Stage.PRODUCTION).conditions
    gate = next(item for item in conditions if item.name == "gate holdout/production_accuracy")
    assert (gate.state == "met") is allowed


@pytest.mark.feature("EVA-11")
def test_the_quality_of_a_version_is_a_yes_or_a_no_with_reasons(counted: Counted) -> None:
    counted.policy([{"threshold": 0.95}])
    version = counted.register(*range(40))
    before = counted.workspace.why(version.ref, to=Stage.STAGING)
    assert not before.allowed
    assert "the version was not evaluated on holdout yet" in before.reasons
    counted.workspace.evaluate(version.ref, "holdout")
    after = counted.workspace.why(version.ref, to=Stage.STAGING)
    assert not after.allowed
    assert any("accuracy_at_least failed: observed 0.9, wanted >= 0.95" in r for r in after.reasons)


@pytest.mark.feature("EVA-12", "EVA-13")
def test_who_judged_what_when_and_how_stays_as_it_was(counted: Counted) -> None:
    counted.policy([{"threshold": 0.95}])
    version = counted.register(*range(40))
    recorded = counted.workspace.evaluate(version.ref, "holdout").evaluation
    assert recorded.created_by == "ann"
    assert recorded.created_at > version.created_at
    (verdict,) = recorded.verdicts
    facts = (verdict.gate, verdict.observed, verdict.threshold, verdict.outcome)
    assert facts == ("accuracy_at_least", 0.9, 0.95, Outcome.FAILED)
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.outcome = Outcome.PASSED  # type: ignore[misc] # that is what is tested
    counted.policy([{"threshold": 0.5}])
    counted.workspace.evaluate(version.ref, "holdout")
    entries = counted.workspace.audit.about("m", version.number)
    kept = [item for item in entries if item.action == "evaluation_recorded"]
    outcomes = [item.after["verdicts"]["accuracy_at_least"] for item in kept]
    assert outcomes == ["failed", "passed"]
    assert kept[0].actor == "ann"
    public = {name for name, _ in inspect.getmembers(Evaluations, inspect.isfunction)}
    assert {name for name in public if name[0] != "_"} == {
        "record",
        "latest",
        "list",
        "measured",
        "over_versions",
    }
    assert counted.workspace.versions.metrics(version.ref)["holdout"] == {"accuracy": 0.9}


@pytest.mark.feature("EVA-12")
def test_a_verdict_that_was_changed_behind_the_registry_is_found(counted: Counted) -> None:
    counted.policy([{"threshold": 0.95}])
    version = counted.register(*range(40))
    counted.workspace.evaluate(version.ref, "holdout")
    with counted.workspace.registry._database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_refuses_update")
        connection.exec_driver_sql(
            "UPDATE audit SET after = replace(after, 'failed', 'passed') "
            "WHERE action = 'evaluation_recorded'"
        )
    with pytest.raises(AuditChainError):
        counted.workspace.audit.verify("m")
