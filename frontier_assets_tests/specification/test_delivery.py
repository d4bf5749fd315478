from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.specification import ModelSpecification, Promotion, StageEntry
from frontier_assets_tests.promotion.complete import specification


def test_one_word_says_who_moves_a_version() -> None:
    promotion = Promotion.model_validate({"staging": "automatic"})
    assert promotion.staging == StageEntry(mode="automatic")
    assert (promotion.production.mode, promotion.production.approvals) == ("manual", 0)


def test_a_policy_of_one_word_keeps_the_digest_it_was_recorded_under() -> None:
    promotion = Promotion.model_validate({"staging": "automatic", "production": "manual"})
    assert promotion.canonical() == '{"production":"manual","staging":"automatic"}'
    spelled = Promotion.model_validate({"staging": {"mode": "automatic", "after": ["gates"]}})
    assert spelled.digest == promotion.digest


def test_what_is_asked_for_survives_being_recorded() -> None:
    wanted = specification(
        promotion={"production": {"approvals": 2, "approvers": ["*@lab.org"], "expires_hours": 24}}
    )
    values = wanted.canonical_values()
    assert values["promotion"] == {
        "staging": "manual",
        "production": {"approvals": 2, "approvers": ["*@lab.org"], "expires_hours": 24.0},
    }
    assert ModelSpecification.from_canonical(values) == wanted


@pytest.mark.parametrize(
    ("approvers", "signer", "may"),
    [
        ([], "anybody", True),
        (["bea"], "bea", True),
        (["bea"], "beatrix", False),
        (["*@lab.org"], "bea@lab.org", True),
        (["*@lab.org"], "bea@lab.org.elsewhere", False),
    ],
)
def test_only_whom_the_yaml_names_may_approve(approvers: list[str], signer: str, may: bool) -> None:
    assert StageEntry(approvals=1, approvers=approvers).may_approve(signer) is may


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"after": ["gates", "drift"]}, "'drift' is not available in this release"),
        ({"approvers": ["bea"]}, "`approvers` has no meaning without `approvals`"),
        (
            {"approvals": 2, "approvers": ["bea", "bea"]},
            "`approvals: 2` cannot be reached with 1 `approvers`",
        ),
        ({"approvals": -1}, "greater than or equal to 0"),
        ({"approvals": True}, "valid integer"),
        ({"approvals": 1, "expires_hours": 0}, "greater than 0"),
        ({"approvals": 1, "expires_hours": float("nan")}, "finite number"),
        ({"approval": 1}, "Extra inputs are not permitted"),
        ("sometimes", "'automatic' or 'manual'"),
        (None, "valid dictionary or instance of StageEntry"),
    ],
)
def test_what_cannot_be_meant_is_refused(entry: Any, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Promotion.model_validate({"production": entry})
