import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_freeze_stops_promotions_by_hand_until_unfreeze(
    frontier: "Frontier", records: "Records"
) -> None:
    records.built()
    said = frontier.text("freeze", "tiny", "--reason", "errors rise")
    assert said.startswith("tiny is frozen since ")
    assert said.endswith(" UTC by ann: errors rise\n")
    promotion = ("promote", "tiny", "--to", "staging", "--reason", "new")
    line = frontier.refused(*promotion)
    assert line.startswith("Model 'tiny' was frozen by ann at ")
    assert "UTC: errors rise; `frontier unfreeze tiny` allows promotions again" in line
    assert frontier.json("versions", "tiny")["versions"][0]["stage"] == "development"
    said = frontier.text("unfreeze", "tiny", "--reason", "it was the camera")
    assert said.startswith("tiny can be promoted again; it was frozen since ")
    assert frontier.json(*promotion)["move"]["changed"]
    actions = [entry.action for entry in records.workspace.audit.entries("tiny")]
    assert [action for action in actions if "froz" in action] == ["frozen", "unfrozen"]


def test_an_incident_needs_no_more_words_than_the_models_name(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    assert frontier.json("freeze", "tiny")["reason"] == "incident hold"
    assert frontier.json("unfreeze", "tiny")["ended"]["frozen_by"] == "ann"
    assert records.workspace.audit.entries("tiny")[-1].reason == "the hold is over"


def test_a_frozen_model_is_rolled_back(frontier: "Frontier", records: "Records") -> None:
    records.released("a")
    records.released("b")
    frontier.text("freeze", "tiny")
    assert frontier.json("rollback", "tiny", "--reason", "it drifts")["ref"] == "tiny@1.0.0"


def test_models_show_and_why_say_that_a_model_is_frozen(
    frontier: "Frontier", records: "Records"
) -> None:
    records.built()
    frontier.text("freeze", "tiny", "--reason", "errors rise")
    assert frontier.json("models")["models"][0]["frozen"]["reason"] == "errors rise"
    assert "by ann: errors rise" in frontier.text("models")
    assert frontier.json("show", "tiny")["frozen"]["frozen_by"] == "ann"
    assert "by ann: errors rise" in frontier.text("show", "tiny")
    output = frontier("why", "tiny", "--json")
    answer = json.loads(output.stdout)
    assert (output.exit_code, answer["allowed"]) == (1, False)
    (frozen,) = [item for item in answer["conditions"] if item["state"] != "met"]
    assert (frozen["name"], frozen["state"]) == ("not frozen", "unmet")
    assert frozen["detail"].endswith("by ann: errors rise")
    assert answer["next"] == "frontier unfreeze tiny"


def test_unfreezing_what_is_not_frozen_says_so(frontier: "Frontier", records: "Records") -> None:
    records.version()
    assert frontier.text("unfreeze", "tiny") == "tiny is not frozen; nothing was changed.\n"
    assert frontier.json("unfreeze", "tiny") == {"model": "tiny", "ended": None}


@pytest.mark.parametrize("command", ["freeze", "unfreeze"])
def test_an_unknown_model_and_an_empty_reason_are_one_line(
    frontier: "Frontier", records: "Records", command: str
) -> None:
    records.version()
    assert frontier.refused(command, "other").startswith("Model 'other' not found in registry")
    assert frontier.refused(command, "tiny", "--reason", " ").startswith("Reason ' ' is not valid")
    assert frontier.json("models")["models"][0]["frozen"] is None
