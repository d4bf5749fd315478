"""Whose signature counts: no author's, and none of a key that is not allowed now."""

import dataclasses

import pytest

from frontier_assets.errors import (
    ApprovalRefusedError,
    PromotionRefusedError,
    SettingsError,
    SignatureRefusedError,
)
from frontier_assets.workspace import Workspace
from frontier_assets_tests.promotion.approving import Team
from frontier_assets_tests.ssh import needs_ssh_keygen

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]


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


@pytest.fixture
def branched(team: Team) -> Team:
    """The team whose model has a branch, to be merged by somebody else than who adds to it."""
    team.register("before")
    team.workspace.branches.create("m", "side")
    return team


def test_nobody_approves_a_merge_of_what_they_say_they_registered(branched: Team) -> None:
    with branched.acting("bea") as bea:
        bea.register("after", branch="side")
    ref = branched.stage(branched.workspace.branches.merge("m", "side"))
    assert branched.workspace.versions.get(ref).created_by == "ann"
    with pytest.raises(ApprovalRefusedError, match="bea registered the version, and nobody"):
        branched.approve(ref, "bea")
    branched.approve(ref, "carl")
    branched.promote(ref)


def test_nobody_approves_a_merge_of_what_they_signed_or_had_signed(branched: Team) -> None:
    with branched.acting("carl") as carl:
        carl.register("after", branched.keys["bea"], branch="side")
    ref = branched.stage(branched.workspace.branches.merge("m", "side"))
    branched.allow(beatrix="bea", carl="carl", dan="dan")
    for key, name in (("bea", "beatrix"), ("carl", "carl")):
        with pytest.raises(ApprovalRefusedError, match=f"{name} registered the version"):
            branched.approve(ref, key)
    branched.approve(ref, "dan")
    branched.promote(ref)
