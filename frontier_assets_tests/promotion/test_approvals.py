"""Every way in which an approval can fail, on a workspace with real keys."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from frontier_assets.errors import (
    ApprovalRefusedError,
    InvalidValueError,
    PromotionRefusedError,
    SettingsError,
    SignatureRefusedError,
)
from frontier_assets.promotion.card import model_card
from frontier_assets.registry.approval_payload import NAMESPACE, ApprovalPayload
from frontier_assets.registry.tables import approvals
from frontier_assets.signatures import sign
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.promotion.approving import REVOKED, SIGNERS, Team
from frontier_assets_tests.ssh import needs_ssh_keygen, new_key

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ann", "bea", "carl", "dan")}


@pytest.fixture
def team(tmp_path: Path, empty_registry: Path, keys: dict[str, Path]) -> Iterator[Team]:
    shutil.copy(empty_registry, tmp_path)
    (tmp_path / REVOKED).touch()
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
        allowed_signers=tmp_path / SIGNERS,
        revoked_signers=tmp_path / REVOKED,
    ) as workspace:
        team = Team(workspace, keys, tmp_path)
        team.allow(ann="ann", bea="bea", carl="carl")
        team.policy()
        yield team


def execute(team: Team, statement: sa.Executable) -> None:
    """Change the tables past the registry, as an administrator of the database can."""
    with team.workspace.registry._database.engine.begin() as connection:
        connection.execute(statement)


def test_without_approval_nothing_goes_to_production(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 1 approvals"):
        team.promote(ref)
    assert team.condition(ref).remedy == f"frontier approve {ref} --to production --key KEYFILE"


def test_an_approved_version_goes_to_production_and_the_trail_says_by_whom(team: Team) -> None:
    ref = team.staged()
    added = team.approve(ref)
    assert (team.condition(ref).state, team.condition(ref).detail) == (
        "met",
        "1 of 1 approvals (bea)",
    )
    team.promote(ref)
    entries = team.workspace.audit.entries("m")
    assert [entry.action for entry in entries][-3:] == [
        "approval_added",
        "approvals_consumed",
        "stage_moved",
    ]
    (consumed,) = entries[-2].after["approvals"]
    assert (consumed["signer"], consumed["key"]) == ("bea", added.key)
    team.workspace.audit.verify()


def test_what_was_issued_can_be_signed_elsewhere_and_added(team: Team) -> None:
    ref = team.staged()
    text = team.workspace.approvals.payload(ref, to="production")
    signature = sign(text.encode(), key=team.keys["bea"], namespace=NAMESPACE)
    team.workspace.approvals.add(ref, to="production", signature=signature, signer="bea")
    (listed,) = team.workspace.approvals.list(ref)
    assert (listed.signer, listed.payload, listed.problem) == ("bea", text, None)
    team.promote(ref)


def test_a_signature_without_what_was_signed_is_refused(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(InvalidValueError, match="the text that was signed"):
        team.workspace.approvals.add(ref, to="production", signature="", signer="bea")


def test_as_many_people_as_the_yaml_says_have_to_approve(team: Team) -> None:
    team.policy(approvals=2)
    ref = team.staged()
    team.approve(ref, "bea")
    assert team.condition(ref).detail == "waiting for 1 of 2 approvals (bea)"
    team.approve(ref, "carl")
    assert team.condition(ref).detail == "2 of 2 approvals (bea; carl)"
    team.promote(ref)


def test_one_person_counts_once_however_often_they_sign(team: Team) -> None:
    team.policy(approvals=2)
    team.allow(bea="bea", beatrix="bea", carl="carl")
    ref = team.staged()
    for name in ("bea", "beatrix", "bea"):
        team.workspace.approvals.sign(ref, to="production", key=team.keys["bea"], signer=name)
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 2 approvals"):
        team.promote(ref)


def test_nobody_approves_what_they_say_they_registered(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match="ann registered the version, and nobody"):
        team.approve(ref, "ann")
    assert "ann by their own account" in team.workspace.model_card(ref)


def test_whoever_signed_the_registration_cannot_approve_under_another_name(team: Team) -> None:
    team.allow(bea="bea", carl="carl")
    ref = team.staged(key=team.keys["bea"])
    assert team.workspace.versions.get(ref).author == "bea"
    assert "| Author | bea, who signed it |" in team.workspace.model_card(ref)
    team.allow(beatrix="bea", carl="carl")
    with pytest.raises(ApprovalRefusedError, match="beatrix registered the version"):
        team.approve(ref, "bea")
    team.approve(ref, "carl")
    team.promote(ref)


def test_a_registration_that_cannot_be_signed_registers_nothing(team: Team) -> None:
    with pytest.raises(SignatureRefusedError, match="allows 'dan' now"):
        team.staged(key=team.keys["dan"])
    assert team.workspace.versions.list("m") == []


@pytest.mark.parametrize(
    ("hours", "problem"),
    [(-100, "it expired at"), (1, "which is not over: compare the clocks")],
)
def test_an_approval_of_another_time_is_refused(team: Team, hours: float, problem: str) -> None:
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match=problem):
        team.add(ref, team.payload(ref, later_hours=hours))


def test_an_approval_that_is_good_for_too_long_is_refused(team: Team) -> None:
    ref = team.staged()
    issued = ApprovalPayload.parse(team.payload(ref))
    longer = dataclasses.replace(issued, expires_at=issued.expires_at + timedelta(seconds=1))
    with pytest.raises(ApprovalRefusedError, match="good for longer than `expires_hours: 72`"):
        team.add(ref, longer.text)


def test_an_approval_that_expires_after_it_was_added_counts_no_longer(team: Team) -> None:
    ref = team.staged()
    added = team.approve(ref)
    expired = team.payload(ref, later_hours=-80)
    signature = sign(expired.encode(), key=team.keys["bea"], namespace=NAMESPACE)
    execute(team, sa.update(approvals).values(payload=expired, signature=signature))
    (listed,) = team.workspace.approvals.list(ref)
    assert (listed.key, str(listed.problem)[:13]) == (added.key, "it expired at")
    with pytest.raises(PromotionRefusedError, match="not of bea: it expired at"):
        team.promote(ref)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"digest": "0" * 64}, "it is for digest 0000"),
        ({"policy_digest": "0" * 64}, "it is for policy digest 0000"),
        ({"version": "9.9.9"}, "it is for version 9.9.9, and that is 1.0.0 now"),
        ({"stage": Stage.STAGING}, "it is for stage staging, and that is production now"),
        ({"model": "other"}, "it is for model other, and that is m now"),
        ({"expected_holder": "0.9.0"}, "it is for expected holder 0.9.0, and that is nobody now"),
    ],
)
def test_an_approval_of_something_else_is_refused(
    team: Team, changes: dict[str, Any], problem: str
) -> None:
    ref = team.staged()
    heads = team.workspace.audit.heads()
    with pytest.raises(ApprovalRefusedError, match=problem) as refused:
        team.add(ref, team.payload(ref, **changes))
    assert f"approve as it is now: frontier approve {ref} --to production" in str(refused.value)
    assert team.workspace.audit.heads() == heads


def test_an_approval_is_not_good_for_another_version(team: Team) -> None:
    first, second = team.staged("a"), team.staged("b")
    text = team.payload(first)
    with pytest.raises(
        ApprovalRefusedError, match=r"it is for version 1\.0\.0, and that is 1\.0\.1"
    ):
        team.add(second, text)


def test_another_policy_or_another_holder_needs_new_approval(team: Team) -> None:
    first, second = team.staged("a"), team.staged("b")
    team.approve(first)
    team.approve(second)
    team.promote(first)
    with pytest.raises(PromotionRefusedError, match=r"expected holder nobody, and that is 1\.0\.0"):
        team.promote(second)
    team.approve(second)
    team.policy(expires_hours=24)
    assert "it is for policy digest" in team.condition(second).detail
    team.approve(second)
    team.promote(second)


def test_a_key_that_nobody_allowed_does_not_approve(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(SignatureRefusedError, match="allows 'dan' now"):
        team.approve(ref, "dan")
    with pytest.raises(ApprovalRefusedError, match="allows 'bea' now"):
        team.add(ref, team.payload(ref), by="dan", signer="bea")


def test_a_revoked_key_does_not_approve_and_its_approvals_count_no_longer(team: Team) -> None:
    ref = team.staged()
    team.approve(ref)
    team.revoke("bea")
    with pytest.raises(SignatureRefusedError, match="the key is revoked in"):
        team.approve(ref)
    with pytest.raises(PromotionRefusedError, match=r"not of bea: the key is revoked in"):
        team.promote(ref)


def test_the_approvals_of_somebody_who_left_count_no_longer(team: Team) -> None:
    ref = team.staged()
    team.approve(ref)
    team.allow(carl="carl")
    with pytest.raises(
        PromotionRefusedError, match=r"not of bea: its key is not one that .* allows 'bea' now"
    ):
        team.promote(ref)


def test_only_those_whom_the_yaml_names_approve(team: Team) -> None:
    team.policy(approvers=["c*"])
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match=r"'bea' is not among .* ask one of c"):
        team.approve(ref, "bea")
    team.approve(ref, "carl")
    team.promote(ref)


def test_a_text_that_was_altered_after_signing_is_refused(team: Team) -> None:
    ref = team.staged()
    signature = sign(team.payload(ref).encode(), key=team.keys["bea"], namespace=NAMESPACE)
    with pytest.raises(ApprovalRefusedError, match="it is not over these bytes"):
        team.add(ref, team.payload(ref), signature=signature)


def test_a_signature_for_another_purpose_is_no_approval(team: Team) -> None:
    ref = team.staged()
    text = team.payload(ref)
    signature = sign(text.encode(), key=team.keys["bea"], namespace="frontier-registration")
    with pytest.raises(ApprovalRefusedError, match="or not for this purpose"):
        team.add(ref, text, signature=signature)


@pytest.mark.parametrize(
    "text", ["{}", "null", "[" * 5000, "approved", '{"format_version":1}', "\ud800", '{"a":1e999}']
)
def test_what_is_no_payload_is_no_approval(team: Team, text: str) -> None:
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match="what was signed is no approval"):
        team.workspace.approvals.add(ref, to="production", payload=text, signature="", signer="bea")


def test_a_payload_with_other_blanks_is_no_approval(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match="what was signed is no approval"):
        team.add(ref, f"{team.payload(ref)}\n")


def test_one_signature_is_added_once(team: Team) -> None:
    ref = team.staged()
    text = team.payload(ref)
    team.add(ref, text)
    with pytest.raises(ApprovalRefusedError, match="it was added before; sign a new one"):
        team.add(ref, text)


def test_a_promotion_consumes_its_approvals(team: Team) -> None:
    first, second = team.staged("a"), team.staged("b")
    text = team.payload(first)
    team.add(first, text)
    team.promote(first)
    team.approve(second)
    team.promote(second)
    team.workspace.stages.promote(first, to="staging", reason="again")
    with pytest.raises(PromotionRefusedError, match=r"waiting for 1 of 1 approvals\."):
        team.promote(first)
    (listed,) = team.workspace.approvals.list(first)
    assert listed.is_over
    execute(team, sa.delete(approvals))
    reissued = dataclasses.replace(
        ApprovalPayload.parse(team.payload(first)),
        issued_at=ApprovalPayload.parse(text).issued_at,
        expires_at=ApprovalPayload.parse(text).expires_at,
    )
    with pytest.raises(
        ApprovalRefusedError, match=r"the version's move to production at .* consumed"
    ):
        team.add(first, reissued.text)


def test_a_rollback_voids_the_approvals_that_nothing_consumed(team: Team) -> None:
    first, second, third = team.staged("a"), team.staged("b"), team.staged("c")
    team.approve(first)
    team.promote(first)
    team.approve(third)
    team.approve(second)
    team.promote(second)
    team.workspace.stages.rollback("m", reason="it fell over")
    with pytest.raises(PromotionRefusedError, match=r"waiting for 1 of 1 approvals\."):
        team.promote(third)
    (listed,) = team.workspace.approvals.list(third)
    assert (listed.is_over, "voided it" in str(listed.problem)) == (True, True)
    team.approve(third)
    team.promote(third)


def test_a_rollback_itself_asks_for_no_approval(team: Team) -> None:
    first, second = team.staged("a"), team.staged("b")
    for ref in (first, second):
        team.approve(ref)
        team.promote(ref)
    assert team.workspace.stages.rollback("m", reason="it fell over").version == "1.0.0"


def test_a_row_that_was_written_into_the_table_counts_nothing(team: Team) -> None:
    first, second = team.staged("a"), team.staged("b")
    team.approve(first)
    target = team.workspace.versions.get(second)
    with team.workspace.registry._database.engine.begin() as connection:
        row = connection.execute(sa.select(approvals)).one()._asdict()
    del row["id"]
    forged = [
        {"payload": team.payload(second), "nonce": "1"},
        {"payload": team.payload(second), "signature": "", "nonce": "2"},
        {"payload": "{}", "nonce": "3"},
        {"signer": "carl\n", "nonce": "4"},
        {"nonce": "5"},
    ]
    for changes in forged:
        execute(team, sa.insert(approvals).values({**row, "version_id": target.id, **changes}))
    assert len(team.workspace.approvals.list(second)) == len(forged)
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 1 approvals"):
        team.promote(second)


def test_an_edited_row_counts_nothing(team: Team) -> None:
    team.policy(approvals=2)
    ref = team.staged()
    team.approve(ref, "bea")
    with team.workspace.registry._database.engine.begin() as connection:
        row = connection.execute(sa.select(approvals)).one()._asdict()
    del row["id"]
    execute(team, sa.insert(approvals).values({**row, "signer": "carl", "key": "SHA256:another"}))
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 2 approvals"):
        team.promote(ref)


def test_an_approval_that_the_yaml_does_not_ask_for_is_refused(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match=r"write `promotion\.staging\.approvals`"):
        team.workspace.approvals.payload(ref, to="staging")
    with pytest.raises(ApprovalRefusedError, match="the YAML on record asks for none"):
        team.workspace.approvals.payload(ref, to="archived")


def test_a_version_that_is_there_already_is_not_approved(team: Team) -> None:
    ref = team.staged()
    team.approve(ref)
    team.promote(ref)
    with pytest.raises(ApprovalRefusedError, match="it is there already"):
        team.approve(ref, "carl")


def test_without_allowed_signers_nobodys_approval_counts(team: Team) -> None:
    ref = team.staged()
    team.approve(ref)
    settings = dataclasses.replace(team.workspace.settings, signers=None)
    with Workspace(settings) as workspace:
        with pytest.raises(SettingsError, match="FRONTIER_ALLOWED_SIGNERS: is not set"):
            workspace.approvals.sign(ref, to="production", key=team.keys["carl"])
        with pytest.raises(SettingsError, match="FRONTIER_ALLOWED_SIGNERS: is not set"):
            workspace.versions.signed_with(team.keys["carl"])
        with pytest.raises(PromotionRefusedError, match="FRONTIER_ALLOWED_SIGNERS is not set"):
            workspace.stages.promote(ref, to="production", reason="a test")


def test_staging_can_ask_for_approval_as_well(team: Team) -> None:
    team.policy()
    ref = team.staged()
    team.workspace.stages.promote(ref, to="development", reason="once more")
    policy = team.workspace.specification("m")
    wanted = policy.promotion.model_copy(update={"staging": policy.promotion.production})
    team.workspace.record_policy(policy.model_copy(update={"promotion": wanted}))
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 1 approvals"):
        team.workspace.stages.promote(ref, to="staging", reason="a test")
    team.approve(ref, to="staging")
    team.workspace.stages.promote(ref, to="staging", reason="a test")


def test_the_model_card_lists_who_approved(team: Team) -> None:
    ref = team.staged()
    assert "## Approvals" not in team.workspace.model_card(ref)
    assert "| waiting for 1 of 1 approvals | `frontier approve" in team.workspace.model_card(ref)
    team.approve(ref)
    evidence = team.workspace.registry.stages.evidence("m", "1.0.0")
    assert "| bea | production |" in model_card(evidence)
    assert "| counts |" in model_card(evidence)
