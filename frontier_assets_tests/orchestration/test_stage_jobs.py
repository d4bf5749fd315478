"""The stage jobs and the promotion sensor: what they refuse, and that two at once do no harm."""

import dataclasses
import threading

import dagster as dg
import pytest

from frontier_assets.registry.ledger import AuditAction
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Digest, Stage
from frontier_assets_tests.tiny_project import MODEL, Project, tiny_attributes
from frontier_assets_tests.verdicts import verdict_on

# Nothing has to be converted: what a build makes is put on record without one.
POLICY = ModelSpecification.model_validate(tiny_attributes(conversions=[]))


def registered(project: Project) -> str:
    file = project.root / "weights.bin"
    file.write_bytes(b"weights")
    with project.workspace() as workspace:
        workspace.record_policy(POLICY)
        return workspace.versions.register(MODEL, files={file.name: file}).number


def built(project: Project) -> str:
    number = registered(project)
    with project.workspace() as workspace:
        workspace.registry.evaluations.record(
            MODEL,
            number,
            dataset="holdout",
            dataset_digest=Digest("d" * 64),
            rows=200,
            metrics={"accuracy": 0.98},
            verdicts=[verdict_on(gate) for gate in POLICY.gates],
            policy_digest=POLICY.digest,
            actor="ann",
        )
        run = {"run_id": f"build-{number}", "actor": "ann"}
        workspace.registry.builds.acquire(MODEL, number, is_over=lambda _run: True, **run)
        workspace.registry.builds.complete(MODEL, number, **run)
    return number


def released(project: Project) -> str:
    number = built(project)
    for stage in ("staging", "production"):
        assert project.promote(number, stage).success
    return number


def roll_back(project: Project, **given: str) -> dg.ExecuteInProcessResult:
    asked = {"reason": "it fell over", **given}
    config = {"ops": {f"{MODEL}__rollback_version": {"config": asked}}}
    return project.run("rollback", run_config=config)


def problem(result: dg.ExecuteInProcessResult) -> str:
    assert not result.success
    return str(result.get_step_failure_events()[0].step_failure_data.error)


def holder(project: Project) -> str | None:
    with project.workspace() as workspace:
        found = workspace.stages.holder(MODEL)
        return None if found is None else found.number


def freeze(project: Project) -> None:
    with project.workspace() as workspace:
        workspace.stages.freeze(MODEL, reason="errors rise", actor="bob")


def unfreeze(project: Project) -> None:
    with project.workspace() as workspace:
        workspace.stages.unfreeze(MODEL, reason="it was the camera", actor="bob")


@pytest.mark.feature("PRO-5", "PRO-2", "VER-15")
def test_a_rollback_is_one_run_whose_reason_stands_in_the_audit_trail(project: Project) -> None:
    first, second = released(project), released(project)
    run = roll_back(project)
    assert run.success
    with project.workspace() as workspace:
        left, returned = workspace.audit.entries(MODEL)[-2:]
    assert (left.version, left.after["stage"]) == (second, "archived")
    assert (returned.version, returned.after["stage"]) == (first, "production")
    for entry in (left, returned):
        assert (entry.reason, entry.run_id) == ("it fell over", run.run_id)
    (reported,) = run.get_asset_materialization_events()
    assert reported.asset_key == dg.AssetKey([MODEL, "production"])
    assert reported.materialization.metadata["audit_entry"].value == returned.sequence


@pytest.mark.feature("PRO-5")
def test_a_rollback_without_an_earlier_holder_fails_and_changes_nothing(project: Project) -> None:
    only = released(project)
    with project.workspace() as workspace:
        heads = workspace.audit.heads()
    assert f"{only} has no earlier holder that was not rolled back" in problem(roll_back(project))
    with project.workspace() as workspace:
        assert workspace.audit.heads() == heads
    assert holder(project) == only


@pytest.mark.feature("PRO-7")
def test_two_who_roll_back_one_version_go_back_once(project: Project) -> None:
    numbers = [released(project) for _ in range(3)]
    assert roll_back(project, expected=numbers[2]).success
    refusal = problem(roll_back(project, expected=numbers[2]))
    assert f"held by {numbers[1]}, not by {numbers[2]} as expected" in refusal
    assert holder(project) == numbers[1]


@pytest.mark.feature("PRO-7")
def test_of_two_promotion_runs_at_once_one_wins_and_one_is_refused(project: Project) -> None:
    numbers = [built(project), built(project)]
    for number in numbers:
        assert project.promote(number, "staging").success
    results: dict[str, dg.ExecuteInProcessResult] = {}
    together = threading.Barrier(2)

    def promote(number: str) -> None:
        # Dagster's in-memory storage is not for two threads; the registry is.
        with dg.DagsterInstance.ephemeral() as instance:
            own = dataclasses.replace(project, instance=instance)
            together.wait()
            results[number] = own.promote(number, "production", expected="nobody")

    threads = [threading.Thread(target=promote, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = holder(project)
    assert winner is not None
    assert {number: result.success for number, result in results.items()} == {
        number: number == winner for number in numbers
    }
    (loser,) = set(numbers) - {winner}
    assert f"production of 'tiny' is held by {winner}, not by nobody" in problem(results[loser])
    with project.workspace() as workspace:
        assert workspace.versions.get(f"{MODEL}@{loser}").stage is Stage.STAGING


def test_a_frozen_model_is_promoted_neither_by_the_sensor_nor_by_the_job(project: Project) -> None:
    number = built(project)
    freeze(project)
    skipped = project.tick("promotion")
    assert isinstance(skipped, dg.SkipReason)
    assert f"{MODEL}@{number} to staging: {MODEL} is frozen since" in str(skipped.skip_message)
    assert "by bob: errors rise" in str(skipped.skip_message)
    assert "Model 'tiny' was frozen by bob" in problem(project.promote(number, "staging"))


def test_a_frozen_model_is_rolled_back_by_the_job(project: Project) -> None:
    first = released(project)
    released(project)
    freeze(project)
    assert roll_back(project).success
    assert holder(project) == first


def test_versions_of_a_frozen_model_are_built(project: Project) -> None:
    number = registered(project)
    freeze(project)
    result = project.tick("new_versions")
    assert isinstance(result, dg.SensorResult)
    assert [request.partition_key for request in result.run_requests or ()] == [number]


def test_the_sensor_asks_again_after_the_freeze_with_a_key_of_its_own(project: Project) -> None:
    number = built(project)
    before = project.tick("promotion")
    assert isinstance(before, dg.SensorResult)
    (refused,) = before.run_requests or ()
    freeze(project)
    assert not project.run("promote", run_config=refused.run_config).success
    frozen = project.tick("promotion", before.cursor)
    assert isinstance(frozen, dg.SkipReason)
    unfreeze(project)
    with project.workspace() as workspace:
        assert workspace.audit.entries(MODEL)[-1].action is AuditAction.UNFROZEN
    after = project.tick("promotion", before.cursor)
    assert isinstance(after, dg.SensorResult)
    (request,) = after.run_requests or ()
    assert request.run_key != refused.run_key
    assert request.tags["frontier/version"] == f"{MODEL}@{number}"
    assert project.run("promote", run_config=request.run_config).success
