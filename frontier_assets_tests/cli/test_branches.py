from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.mark.feature("VER-13", "VER-14")
def test_a_branch_is_created_filled_merged_and_deleted(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version("a")
    assert frontier.text("branch", "create", "tiny", "wide", "--source", "1.0.0") == (
        "Branch wide of tiny starts from 1.0.0.\n"
        "Next: frontier register tiny --checkpoint best --branch wide\n"
    )
    (records.folder / "b.bin").write_bytes(b"b")
    made = frontier.json("register", "tiny", "--file", "weights.bin=b.bin", "--branch", "wide")
    assert made["version"]["number"] == "1.0.1-wide.1"
    assert frontier.json("models")["models"][0]["latest"] == "1.0.0"
    (listed,) = frontier.json("branch", "list", "tiny")
    assert (listed["name"], listed["source"], listed["head"]) == ("wide", "1.0.0", "1.0.1-wide.1")
    assert "wide    1.0.0   1.0.1-wide.1  1" in frontier.text("branch", "list", "tiny")
    merged = frontier.json("branch", "merge", "tiny", "wide", "--change", "minor")["version"]
    assert (merged["number"], merged["merged_from"]) == ("1.1.0", "1.0.1-wide.1")
    text = frontier.text("branch", "delete", "tiny", "wide", "--reason", "merged")
    assert text == (
        "Branch wide of tiny is deleted; its versions stay (1), the last is tiny@1.0.1-wide.1.\n"
    )
    assert frontier.text("branch", "list", "tiny") == "none\n"


def test_what_cannot_be_is_one_line_with_a_remedy(frontier: "Frontier", records: "Records") -> None:
    records.version()
    frontier.text("branch", "create", "tiny", "wide")
    assert frontier.refused("branch", "create", "tiny", "wide") == (
        "Branch 'wide' of 'tiny' already exists; choose another name"
    )
    assert "e.g. 'experimental'" in frontier.refused("branch", "create", "tiny", "production")
    assert frontier.refused("branch", "merge", "tiny", "wide") == (
        "Branch 'wide' of 'tiny' has nothing to merge; "
        "`frontier register tiny --branch wide` adds a version to it"
    )
    assert "`frontier branch list tiny`" in frontier.refused("branch", "merge", "tiny", "other")
    assert "Model 'x' not found" in frontier.refused("branch", "list", "x")


def test_merging_in_a_project_adds_the_partition(frontier: "Frontier", project: "Records") -> None:
    project.version("a")
    project.workspace.branches.create("tiny", "wide")
    project.version("b", branch="wide")
    merged = frontier.json("branch", "merge", "tiny", "wide")
    assert merged["partition_added"] is True
    assert merged["next"].endswith("--partition 1.0.1")


def test_registering_on_an_unknown_branch_records_nothing(
    frontier: "Frontier", project: "Records"
) -> None:
    project.version()
    heads = project.workspace.audit.heads()
    (project.folder / "a.bin").write_bytes(b"a")
    refused = frontier.refused("register", "tiny", "--file", "a.bin=a.bin", "--branch", "wide")
    assert refused.startswith("Model 'tiny' branch 'wide' not found")
    assert project.workspace.audit.heads() == heads


@pytest.mark.feature("VER-14", "VER-18", "VER-19")
def test_the_tree_has_both_parents_and_the_branches(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version("a")
    records.workspace.branches.create("tiny", "wide")
    for content in ("b", "c"):
        records.version(content, branch="wide")
    records.version("d")
    records.workspace.branches.merge("tiny", "wide")
    records.version("e")
    retrain = "patch: a retrain of the same recipe"
    came = frontier.text("lineage", "tiny@1.0.2")
    assert came.partition("\n    change:")[0].splitlines()[1:] == [
        "  came from",
        f"    parent: tiny@1.0.1, {retrain}",
        "      tiny@1.0.0, major: the first version",
        f"    merged from: tiny@1.0.1-wide.2, {retrain}",
        f"      tiny@1.0.1-wide.1, {retrain}",
        "      tiny@1.0.0, as told above",
    ]
    assert "    training data: unknown, nobody recorded it\n" in came
    after = frontier.text("lineage", "tiny@1.0.0").partition("  versions after it\n")[2]
    assert after.splitlines() == [
        "    branch wide",
        f"      tiny@1.0.1-wide.1, {retrain}",
        f"      tiny@1.0.1-wide.2, {retrain}",
        "        merged into tiny@1.0.2",
        f"    tiny@1.0.1, {retrain}",
        f"    tiny@1.0.2, {retrain}",
        f"    tiny@1.0.3, {retrain}",
    ]
    head = frontier.text("lineage", "tiny@wide").partition("  versions after it\n")[2]
    assert head.splitlines() == [
        "    merged into",
        f"      tiny@1.0.2, {retrain}",
        f"      tiny@1.0.3, {retrain}",
    ]


def test_a_long_line_of_versions_is_listed_flat(frontier: "Frontier", records: "Records") -> None:
    for index in range(12):
        records.version(str(index))
    lines = frontier.text("lineage", "tiny").splitlines()
    assert len([line for line in lines if line.startswith("      tiny@")]) == 10
    assert not [line for line in lines if line.startswith("        ")]


@pytest.mark.feature("DB-12", "DB-13", "DB-14")
def test_show_and_compare_tell_parameters_environment_and_signature(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version("a", parameters={"rate": 0.1})
    records.version("b", parameters={"rate": 0.2})
    shown = frontier.text("show", "tiny@2")
    for fact in ("branch:", "main\n", "parent:", "rate 0.2", "files [weights.bin]", "git_commit "):
        assert fact in shown
    compared = frontier.text("compare", "tiny@1", "tiny@2")
    assert "Parameters that differ\nname  1.0.0  1.1.0\nrate  0.1    0.2\n" in compared
    assert "environment" in compared.rpartition("The same in both: ")[2]
