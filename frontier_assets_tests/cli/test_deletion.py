from typing import TYPE_CHECKING

import dagster as dg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.mark.feature("VER-12", "VER-24")
def test_a_version_is_deleted_and_says_so_afterwards(
    frontier: "Frontier", records: "Records"
) -> None:
    for content in "ab":
        records.version(content)
    assert frontier.text("delete", "tiny@1.0.0", "--reason", "leaked") == (
        "Deleted tiny@1.0.0.\nThe bytes go with the next collections: frontier store collect\n"
    )
    assert [item["number"] for item in frontier.json("versions", "tiny")["versions"]] == ["1.0.1"]
    for command in (("show", "tiny@1.0.0"), ("fetch", "tiny@1.0.0", "there"), ("why", "tiny@1")):
        line = frontier.refused(*command)
        assert line.startswith("Model 'tiny' version '1")
        assert "not found: ann deleted it on " in line
        assert line.endswith(
            "`frontier versions tiny` lists what there is, `frontier register` adds"
        )
    assert "parent: tiny@1.0.0 (deleted)" in frontier.text("lineage", "tiny")


@pytest.mark.feature("DB-17")
def test_what_is_in_production_is_refused_with_what_to_do(
    frontier: "Frontier", records: "Records"
) -> None:
    records.released()
    for command in (("tiny@1.0.0",), ("tiny", "--all-versions")):
        line = frontier.refused("delete", *command, "--reason", "x")
        assert line.startswith("Version '1.0.0' of 'tiny' cannot be deleted: is in production")
        assert "`frontier promote tiny@1.0.0 --to archived --reason WHY`" in line


def test_all_versions_are_those_of_a_model_and_of_no_ref(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    line = frontier.misused("delete", "tiny@1.0.0", "--all-versions", "--reason", "x")
    assert line == "Error: Invalid value for --all-versions: give MODEL alone"


def test_a_pinned_version_is_freed_by_unpin(frontier: "Frontier", records: "Records") -> None:
    for content in "ab":
        records.version(content)
    assert frontier.text("pin", "tiny@1", "--reason", "paper") == "tiny@1.0.0 is pinned.\n"
    line = frontier.refused("delete", "tiny@1", "--reason", "x")
    assert line.endswith("First `frontier unpin tiny@1.0.0` takes the pin away")
    assert frontier.text("unpin", "tiny@1") == "tiny@1.0.0 is no longer pinned.\n"
    assert frontier.json("delete", "tiny@1", "--reason", "x")["deleted"][0]["number"] == "1.0.0"


@pytest.mark.feature("VER-12")
def test_in_a_project_the_partitions_go_with_the_versions(
    frontier: "Frontier", project: "Records", tmp_path: "Path"
) -> None:
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        for content in "ab":
            (tmp_path / "a.bin").write_text(content)
            frontier.text("register", "tiny", "--file", "a.bin=a.bin")
        instance.add_dynamic_partitions("tiny__checkpoints", [project.checkpoint()])
        frontier.text("delete", "tiny@1.0.0", "--reason", "x")
        assert instance.get_dynamic_partitions("tiny__versions") == ["1.0.1"]
        frontier.text("delete", "tiny", "--all-versions", "--reason", "x")
        assert instance.get_dynamic_partitions("tiny__versions") == []
        assert instance.get_dynamic_partitions("tiny__checkpoints") == []


@pytest.mark.feature("DB-16", "DB-18")
def test_a_model_without_a_yaml_is_described_and_shown(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    text = frontier.text(
        "describe-model", "tiny", "--title", "Tiny", "--task", "vision", "--tag", "team=a"
    )
    assert text.splitlines()[:3] == ["model: tiny", "title: Tiny", "task:  vision"]
    (listed,) = frontier.json("models")["models"]
    assert (listed["title"], listed["tags"]) == ("Tiny", {"team": "a"})
    assert listed["latest"] == "1.0.0"
    assert "'nothing' is not valid" in frontier.refused(
        "describe-model", "tiny", "--task", "nothing"
    )
    assert "Model 'other' not found" in frontier.refused("describe-model", "other", "--title", "x")
