"""When a version has the approvals that the YAML asks for, and who sees it."""

import pytest

from frontier_assets.errors import ApprovalRefusedError, PromotionRefusedError
from frontier_assets.promotion.card import model_card
from frontier_assets.registry.approval_payload import NAMESPACE
from frontier_assets.signatures import sign
from frontier_assets_tests.promotion.approving import Team
from frontier_assets_tests.ssh import needs_ssh_keygen

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]


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


def test_only_those_whom_the_yaml_names_approve(team: Team) -> None:
    team.policy(approvers=["c*"])
    ref = team.staged()
    with pytest.raises(ApprovalRefusedError, match=r"'bea' is not among .* ask one of c"):
        team.approve(ref, "bea")
    team.approve(ref, "carl")
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
