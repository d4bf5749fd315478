from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.fixture(autouse=True)
def version(records: "Records") -> None:
    records.version(tags={"team": "vision"})


def test_tags_are_set_and_taken_away(frontier: "Frontier") -> None:
    tagged = frontier.json("tag", "tiny", "site=north", "url=http://x?a=b", "--remove", "team")
    assert tagged["tags"] == {"site": "north", "url": "http://x?a=b"}
    assert frontier.text("tag", "tiny", "site=south").splitlines() == [
        "version: tiny@1.0.0",
        "tags:    site south, url http://x?a=b",
    ]


@pytest.mark.feature("SRC-4")
def test_all_versions_that_an_expression_fits_are_tagged(
    frontier: "Frontier", records: "Records"
) -> None:
    for number in ("2.0.0", "3.0.0"):
        records.version(number=number)
    lines = frontier.text("tag", "tiny", "site=north", "--where", "number < 3.0.0").splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["version", "tags"],
        ["tiny@1.0.0", "site north, team vision"],
        ["tiny@2.0.0", "site north"],
    ]
    tagged = frontier.json("tag", "tiny", "--remove", "site", "--where", "tags.site = 'north'")
    assert [version["number"] for version in tagged] == ["1.0.0", "2.0.0"]
    assert frontier.text("tag", "tiny", "a=b", "--where", "number > 3.0.0") == "none\n"
    assert frontier.misused("tag", "tiny@1", "a=b", "--where", "number = 1.0.0").endswith(
        "give MODEL alone"
    )


def test_a_description_is_replaced(frontier: "Frontier") -> None:
    assert frontier.text("describe", "tiny", "wider").splitlines()[1] == "description: wider"
    assert frontier.json("show", "tiny")["version"]["description"] == "wider"
    assert frontier.text("describe", "tiny", "").splitlines()[1] == "description: none"


def test_wrong_tags_are_refused(frontier: "Frontier") -> None:
    assert frontier.misused("tag", "tiny").endswith("give KEY=VALUE or --remove KEY")
    assert frontier.misused("tag", "tiny", "site").endswith("'site' is not NAME=VALUE")
    assert frontier.refused("tag", "tiny", "--remove", "site") == (
        "Tag to remove 'site' is not valid: tiny@1.0.0 has none"
    )
    assert frontier.refused("tag", "tiny@9.0.0", "a=b").startswith("Model 'tiny' version '9.0.0'")


@pytest.mark.feature("DB-11")
def test_metrics_of_every_split_are_shown_apart(frontier: "Frontier", records: "Records") -> None:
    for split, value in (("training", 0.99), ("validation", 0.95), ("test", 0.9)):
        records.workspace.versions.log_metrics("tiny", {"f1": value}, split=split)
    lines = frontier.text("show", "tiny").splitlines()
    start = lines.index("Metrics") + 2
    assert [line.split() for line in lines[start : start + 3]] == [
        ["test", "f1", "0.9"],
        ["training", "f1", "0.99"],
        ["validation", "f1", "0.95"],
    ]
    assert frontier.json("show", "tiny")["metrics"]["validation"] == {"f1": 0.95}


def test_metrics_are_added_to_what_is_known_of_their_split(frontier: "Frontier") -> None:
    frontier.text("log-metrics", "tiny", "f1=0.9", "loss=1e-3", "--split", "test")
    assert frontier.json("log-metrics", "tiny", "f1=0.95", "--split", "test") == {
        "ref": "tiny@1.0.0",
        "split": "test",
        "metrics": {"f1": 0.95, "loss": 0.001},
    }
    assert frontier.text("log-metrics", "tiny", "rows=7").splitlines() == [
        "version: tiny@1.0.0",
        "split:   none",
        "metrics: rows 7",
    ]


def test_wrong_metrics_are_refused(frontier: "Frontier", records: "Records") -> None:
    heads = records.workspace.audit.heads()
    assert frontier.misused("log-metrics", "tiny", "f1=high").endswith("'high' is not a number")
    assert frontier.misused("log-metrics", "tiny", "f1").endswith("'f1' is not NAME=VALUE")
    assert frontier.refused("log-metrics", "tiny", "f1=nan").startswith("Metric")
    assert records.workspace.audit.heads() == heads
