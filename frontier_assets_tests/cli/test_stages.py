import json
from typing import TYPE_CHECKING

import pytest

from frontier_assets.types import Stage

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_promote_moves_a_version_and_says_so(frontier: "Frontier", records: "Records") -> None:
    records.built()
    done = frontier.json("promote", "tiny", "--to", "staging", "--reason", "looks good")
    assert done["ref"] == "tiny@1.0.0"
    move = done["move"]
    assert (move["source"], move["target"], move["actor"], move["reason"], move["changed"]) == (
        "development",
        "staging",
        "ann",
        "looks good",
        True,
    )


DEVELOPMENT, STAGING, PRODUCTION, ARCHIVED = Stage
# From each stage: on which way there, and what `promote` then allows.
WAY = {
    DEVELOPMENT: [],
    STAGING: [STAGING],
    PRODUCTION: [STAGING, PRODUCTION],
    ARCHIVED: [STAGING, PRODUCTION, ARCHIVED],
}
ALLOWED = {
    DEVELOPMENT: "staging",
    STAGING: "production, development",
    PRODUCTION: "archived",
    ARCHIVED: "staging",
}


@pytest.mark.feature("VER-15", "PRO-1")
@pytest.mark.parametrize("target", Stage)
@pytest.mark.parametrize("source", Stage)
def test_the_whole_matrix_of_moves(
    frontier: "Frontier", records: "Records", source: Stage, target: Stage
) -> None:
    records.built()
    for step in WAY[source]:
        frontier.text("promote", "tiny@1.0.0", "--to", step, "--reason", "on the way")
    heads = records.workspace.audit.heads()
    arguments = ["promote", "tiny@1.0.0", "--to", target, "--reason", "because"]
    if target in ALLOWED[source].split(", "):
        moved = frontier.json(*arguments)["move"]
        assert (moved["source"], moved["target"], moved["changed"]) == (source, target, True)
        entry = records.workspace.audit.entries("tiny")[-1]
        assert (entry.action, entry.sequence) == ("stage_moved", moved["sequence"])
        assert (entry.before["stage"], entry.after["stage"]) == (source, target)
        assert (entry.actor, entry.reason) == ("ann", "because")
    elif source is target:
        assert "already; nothing was changed" in frontier.text(*arguments)
        assert records.workspace.audit.heads() == heads
    else:
        assert frontier.refused(*arguments) == (
            f"tiny@1.0.0 is in {source} and cannot move to {target}; allowed: {ALLOWED[source]}"
        )
        assert records.workspace.audit.heads() == heads


def test_promoting_again_changes_nothing(frontier: "Frontier", records: "Records") -> None:
    records.released()
    assert frontier.text("promote", "tiny", "--to", "production", "--reason", "again") == (
        "tiny@1.0.0 is in production already; nothing was changed.\n"
    )


def test_the_next_version_replaces_the_expected_holder(
    frontier: "Frontier", records: "Records"
) -> None:
    records.released("a")
    records.built("b")
    frontier.text("promote", "tiny@1.0.1", "--to", "staging", "--reason", "x")
    arguments = ["promote", "tiny@1.0.1", "--to", "production", "--reason", "x"]
    assert frontier.refused(*arguments, "--expected", "nobody") == (
        "production of 'tiny' is held by 1.0.0, not by nobody as expected; look again and decide "
        "again"
    )
    assert frontier.text(*arguments, "--expected", "v1.0.0") == (
        "tiny@1.0.1 moved from staging to production, replacing 1.0.0.\n"
    )


def test_a_version_without_proof_is_refused_in_one_line(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    line = frontier.refused("promote", "tiny", "--to", "staging", "--reason", "hope")
    assert line.startswith("Model tiny is not approved for staging: version 1.0.0: ")
    assert line.endswith("`frontier why tiny@1.0.0 --to staging` explains")
    assert frontier.json("versions", "tiny")["versions"][0]["stage"] == "development"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["--to", "nowhere", "--reason", "x"],
            "Stage 'nowhere' is not valid: one of development, staging, production, archived",
        ),
        (
            ["--to", "production", "--reason", "x"],
            "tiny@1.0.0 is in development and cannot move to production; allowed: staging",
        ),
        (
            ["--to", "staging", "--reason", " "],
            "Reason ' ' is not valid: expected a text that is not empty",
        ),
        (
            ["--to", "production", "--reason", "x", "--expected", "one"],
            (
                "Version 'one' is not valid: expected MAJOR.MINOR.PATCH without leading zeros, "
                "e.g. '1.2.0'"
            ),
        ),
    ],
)
def test_an_impossible_move_is_one_line(
    frontier: "Frontier", records: "Records", arguments: list[str], line: str
) -> None:
    records.built()
    assert frontier.refused("promote", "tiny", *arguments) == line


def test_a_move_without_reason_is_wrong_usage(frontier: "Frontier", records: "Records") -> None:
    assert frontier.misused("promote", "tiny", "--to", "staging") == (
        "Error: Missing option '--reason'."
    )


def test_why_lists_what_is_met_and_what_is_not(frontier: "Frontier", records: "Records") -> None:
    records.evaluate(records.version(), accuracy=0.5)
    output = frontier("why", "tiny", "--to", "production", "--json")
    answer = json.loads(output.stdout)
    assert (output.exit_code, answer["allowed"]) == (1, False)
    states = {item["name"]: item["state"] for item in answer["conditions"]}
    assert states == {
        "policy": "met",
        "gate holdout/accurate": "unmet",
        "gate holdout/no_worse": "unmet",
        "evaluation holdout": "met",
        "build": "waiting",
        "not frozen": "met",
        "stage": "waiting",
    }
    assert "observed 0.5, wanted >= 0.9 on holdout" in answer["conditions"][1]["detail"]


def test_why_of_an_unbuilt_version_names_the_next_command(
    frontier: "Frontier", records: "Records"
) -> None:
    records.workspace.record_policy(records.specification())
    records.version()
    output = frontier("why", "tiny")
    assert output.exit_code == 1
    assert output.stdout.startswith("tiny@1.0.0 is in development; the evidence does not allow")
    assert output.stdout.endswith("Next: frontier build tiny@1.0.0\n")


def test_why_is_exit_0_when_the_move_is_allowed(frontier: "Frontier", records: "Records") -> None:
    records.built()
    answer = frontier.json("why", "tiny")
    assert (answer["to"], answer["allowed"]) == ("staging", True)
    assert answer["next"] == "frontier promote tiny@1.0.0 --to staging --reason '...'"


def test_the_way_to_production_leads_through_staging(
    frontier: "Frontier", records: "Records"
) -> None:
    records.built()
    output = frontier("why", "tiny", "--to", "production", "--json")
    assert output.exit_code == 1
    answer = json.loads(output.stdout)
    assert answer["next"].startswith("frontier promote tiny@1.0.0 --to staging")


def test_why_of_an_unknown_stage_is_one_line(frontier: "Frontier", records: "Records") -> None:
    records.built()
    assert frontier.refused("why", "tiny", "--to", "heaven").startswith("Stage 'heaven' is not")


def test_rollback_returns_production_to_the_previous_holder(
    frontier: "Frontier", records: "Records"
) -> None:
    for content in ("a", "b", "c"):
        records.released(content)
    assert frontier.text("rollback", "tiny", "--reason", "it drifts") == (
        "tiny@1.0.1 moved from archived to production, replacing 1.0.2.\n"
    )
    done = frontier.json("rollback", "tiny", "--reason", "still", "--to", "v1.0.0")
    assert (done["ref"], done["move"]["replaced"]) == ("tiny@1.0.0", "1.0.1")
    assert frontier.json("show", "tiny@1.0.2")["barred_reason"] == "rolled back: it drifts"


def test_a_second_rollback_of_the_same_version_is_refused(
    frontier: "Frontier", records: "Records"
) -> None:
    for content in ("a", "b", "c"):
        records.released(content)
    arguments = ("rollback", "tiny", "--reason", "it drifts", "--expected", "v1.0.2")
    frontier.text(*arguments)
    assert frontier.refused(*arguments) == (
        "production of 'tiny' is held by 1.0.1, not by 1.0.2 as expected; look again and decide "
        "again"
    )


def test_nothing_to_roll_back_to_is_one_line(frontier: "Frontier", records: "Records") -> None:
    records.version()
    assert frontier.refused("rollback", "tiny", "--reason", "x") == (
        "Model 'tiny' cannot be rolled back: no version is in production"
    )


def test_history_answers_for_a_time_in_the_past(frontier: "Frontier", records: "Records") -> None:
    records.released("a")
    between = frontier.json("history", "tiny")["moves"][-1]["at"]
    records.released("b")
    then, now = frontier.json("history", "tiny", "--at", between), frontier.json("history", "tiny")
    assert (then["production"], len(then["moves"])) == ("1.0.0", 2)
    assert (now["production"], len(now["moves"])) == ("1.0.1", 5)
    assert frontier.json("history", "tiny", "--at", "2020-03-31")["production"] is None


@pytest.mark.parametrize(
    ("at", "production"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        ("2020-03-31", None),
        ("9999-12-31T23:59:59-14:00", "1.0.0"),
    ],
)
def test_history_knows_every_time(
    frontier: "Frontier", records: "Records", at: str, production: str | None
) -> None:
    records.released()
    assert frontier.json("history", "tiny", "--at", at)["production"] == production


def test_history_prints_a_plain_table(frontier: "Frontier", records: "Records") -> None:
    records.released()
    lines = frontier.text("history", "tiny").splitlines()
    assert lines[:2] == ["staging: nobody", "production: 1.0.0"]
    assert lines[4].split()[:1] == ["at"]
    assert lines[6].endswith("staging      production  nobody    ann  good enough")


def test_a_time_that_is_none_is_wrong_usage(frontier: "Frontier", records: "Records") -> None:
    assert "'March' is not an ISO 8601 date or time" in frontier.misused(
        "history", "tiny", "--at", "March"
    )


def test_a_version_whose_critical_gate_failed_is_not_promoted(
    frontier: "Frontier", records: "Records"
) -> None:
    records.evaluate(records.version(), accuracy=0.5)
    line = frontier.refused("promote", "tiny", "--to", "staging", "--reason", "hurry")
    assert "gate holdout/accurate failed: observed 0.5, wanted >= 0.9 on holdout" in line
    assert frontier.json("show", "tiny")["version"]["stage"] == "development"
