"""What was signed: now, for this very move, and unaltered since."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from frontier_assets.errors import ApprovalRefusedError, InvalidValueError, PromotionRefusedError
from frontier_assets.registry.approval_payload import NAMESPACE, ApprovalPayload
from frontier_assets.registry.tables import approvals
from frontier_assets.signatures import sign
from frontier_assets.types import Stage
from frontier_assets_tests.promotion.approving import Team
from frontier_assets_tests.ssh import needs_ssh_keygen

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]


def test_a_signature_without_what_was_signed_is_refused(team: Team) -> None:
    ref = team.staged()
    with pytest.raises(InvalidValueError, match="the text that was signed"):
        team.workspace.approvals.add(ref, to="production", signature="", signer="bea")


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
    team.execute(sa.update(approvals).values(payload=expired, signature=signature))
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
