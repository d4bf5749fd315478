"""Experiments from the command line, from their design to their end."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records

CREATE = ("create", "tiny", "wider net", "--control", "1.0.0", "--treatment", "1.0.1")


@pytest.fixture
def made(frontier: "Frontier", records: "Records") -> str:
    records.released("a")
    records.version("b")
    told = frontier.json("experiments", *CREATE, "--planned-units", "500")
    assert told["forecast"]["units_per_variant"] == 500
    return str(told["id"])


def test_an_experiment_goes_from_its_design_to_its_end(frontier: "Frontier", made: str) -> None:
    assert frontier.text("experiments", "start", made) == f"Experiment {made} is running.\n"
    assert "It goes on: 0 units in the smallest variant" in frontier.text(
        "experiments", "look", made
    )
    assert frontier.json("experiments", "show", made)["looks"][0]["number"] == 1
    assert "Look 1" in frontier.text("experiments", "show", made)
    stopped = frontier.text("experiments", "stop", made, "--reason", "enough")
    assert stopped == f"Experiment {made} is stopped: enough\n"
    (listed,) = frontier.json("experiments", "list", "tiny", "--state", "stopped")
    assert (listed["id"], listed["reason"]) == (made, "enough")


def test_what_an_experiment_needs_is_said_with_its_formula(
    frontier: "Frontier", records: "Records"
) -> None:
    records.released("a")
    records.version("b")
    told = frontier.text("experiments", *CREATE, "--minimum-effect", "0.05")
    needs = (
        "1740 units per variant (two-sample z test of means, x 1.0519 for 50 looks by "
        "obrien_fleming spending, with power 0.82 to make up for giving up early)"
    )
    assert f"It needs {needs}.\n" in told
    (made,) = frontier.json("experiments", "list", "tiny")
    assert needs in " ".join(frontier.text("experiments", "show", made["id"]).split())
    shown = frontier.json("experiments", "show", made["id"])
    assert shown["forecast"]["units_per_variant"] == 1740


def test_more_units_take_part_from_then_on(frontier: "Frontier", records: "Records") -> None:
    records.released("a")
    records.version("b")
    made = frontier.json("experiments", *CREATE, "--planned-units", "500", "--coverage", "0.1")
    frontier.text("experiments", "start", made["id"])
    told = frontier.text("experiments", "ramp", made["id"], "0.5")
    assert told == f"50% of the units take part in {made['id']}.\n"
    refused = frontier.refused("experiments", "ramp", made["id"], "0.2")
    assert "expected more than 0.5, at most 1" in refused


def test_the_split_is_said_by_version(frontier: "Frontier", records: "Records") -> None:
    records.released("a")
    records.version("b")
    shares = ("--split", "1.0.0=0.9", "--split", "1.0.1=0.1", "--planned-units", "500")
    made = frontier.json("experiments", *CREATE, *shares)
    assert frontier.json("experiments", "show", made["id"])["design"]["split"]["1.0.1"] == 0.1
    assert "'x' is no number" in frontier.misused("experiments", *CREATE, "--split", "1.0.0=x")


def test_what_does_not_run_is_told(frontier: "Frontier", made: str) -> None:
    assert frontier.refused("experiments", "look", made) == f"No active test found: {made}"
    assert frontier.refused("experiments", "show", "test_1") == "No active test found: test_1"


def test_why_names_the_experiment_that_is_waited_for(
    frontier: "Frontier", records: "Records", made: str
) -> None:
    production = {"after": ["gates", "ab_test"]}
    specification = records.specification(ab_test={}, promotion={"production": production})
    records.workspace.record_policy(specification)
    told = frontier("why", "tiny@1.0.1", "--to", "production").stdout
    assert f"experiment {made} has not begun" in told
    assert f"frontier experiments start {made}" in told
