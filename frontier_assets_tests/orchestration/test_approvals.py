from pathlib import Path

import dagster as dg
import pytest

from frontier_assets_tests.orchestration.test_sensors import requests_of
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key
from frontier_assets_tests.tiny_project import MODEL, Project

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]
CHECK = dg.AssetCheckKey(dg.AssetKey([MODEL, "staging"]), "approvals")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of bea, who may approve."""
    made = new_key(tmp_path, "bea")
    monkeypatch.setenv("FRONTIER_ALLOWED_SIGNERS", str(allow(tmp_path / "signers", bea=made)))
    return made


def staged(project: Project) -> str:
    promotion = {"staging": "automatic", "production": {"approvals": 1}}
    project.change(conversions=[], promotion=promotion)
    number = project.train()
    assert project.run("build", partition=number).success
    assert project.promote(number, "staging").success
    return number


def shown(project: Project) -> list[tuple[bool, str | None]]:
    """Return what the check said, newest first."""
    storage = project.instance.event_log_storage
    found = []
    for record in storage.get_asset_check_execution_history(CHECK, limit=10):
        assert record.event is not None
        assert record.event.dagster_event is not None
        evaluation = record.event.dagster_event.asset_check_evaluation_data
        found.append((evaluation.passed, evaluation.description))
    return found


def test_automatic_promotion_waits_for_approval_and_follows_it_once(
    project: Project, key: Path
) -> None:
    number = staged(project)
    waiting = project.tick("promotion")
    assert isinstance(waiting, dg.SkipReason)
    assert (
        f"{MODEL}@{number} to production: waiting for 1 of 1 approvals: "
        f"frontier approve {MODEL}@{number} --to production --key KEYFILE"
    ) in str(waiting.skip_message)
    assert shown(project)[0] == (
        False,
        f"{MODEL}@{number} for production: waiting for 1 of 1 approvals.",
    )
    with project.workspace() as workspace:
        workspace.approvals.sign(f"{MODEL}@{number}", to="production", key=key)
    tick = project.tick("promotion")
    (request,) = requests_of(tick)
    assert isinstance(tick, dg.SensorResult)
    assert isinstance(project.tick("promotion", tick.cursor), dg.SkipReason)
    assert project.run("promote", run_config=request.run_config).success
    assert isinstance(project.tick("promotion", tick.cursor), dg.SkipReason)
    with project.workspace() as workspace:
        moves = [move.target.value for move in workspace.stages.history(MODEL)]
    assert moves == ["staging", "production"]
    assert shown(project)[0] == (True, f"No version of {MODEL} waits in staging.")


def test_the_promote_job_of_the_launchpad_ends_in_the_same_refusal(
    project: Project, key: Path
) -> None:
    number = staged(project)
    result = project.promote(number, "production")
    assert not result.success
    (failure,) = [event for event in result.all_node_events if event.is_step_failure]
    assert "waiting for 1 of 1 approvals" in str(failure.step_failure_data.user_failure_data)
    with project.workspace() as workspace:
        workspace.approvals.sign(f"{MODEL}@{number}", to="production", key=key)
    assert project.promote(number, "production").success


def test_the_check_can_be_asked_at_any_time(project: Project, key: Path) -> None:
    number = staged(project)
    (check,) = project.defs.asset_checks or ()
    assert isinstance(check, dg.AssetChecksDefinition)
    resources = {"workspace": project.defs.resources["workspace"]}  # type: ignore[index]
    asked = dg.materialize(
        [check],
        instance=project.instance,
        resources=resources,
        selection=dg.AssetSelection.all_asset_checks(),
    )
    assert asked.success
    (evaluation,) = asked.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert f"{MODEL}@{number} for production: waiting" in str(evaluation.description)


def test_a_model_without_approvals_has_no_check_of_them(project: Project) -> None:
    names = {key.name for key in project.defs.resolve_asset_graph().asset_check_keys}
    assert "approvals" not in names
