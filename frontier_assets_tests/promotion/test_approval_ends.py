"""Approvals that count once: consumed, voided, repeated, or never given but written."""

import dataclasses

import pytest
import sqlalchemy as sa

from frontier_assets.errors import ApprovalRefusedError, PromotionRefusedError
from frontier_assets.registry.approval_payload import ApprovalPayload
from frontier_assets.registry.tables import approvals
from frontier_assets_tests.promotion.approving import Team
from frontier_assets_tests.ssh import needs_ssh_keygen

pytestmark = [needs_ssh_keygen, pytest.mark.feature("PRO-4")]


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
    team.execute(sa.delete(approvals))
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
        team.execute(sa.insert(approvals).values({**row, "version_id": target.id, **changes}))
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
    team.execute(sa.insert(approvals).values({**row, "signer": "carl", "key": "SHA256:another"}))
    with pytest.raises(PromotionRefusedError, match="waiting for 1 of 2 approvals"):
        team.promote(ref)
