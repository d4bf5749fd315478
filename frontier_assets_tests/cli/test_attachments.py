from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.fixture
def plot(records: "Records", tmp_path: "Path") -> str:
    records.version()
    (tmp_path / "roc.png").write_bytes(b"picture")
    return "curve.png=roc.png"


@pytest.mark.feature("STO-18", "STO-19")
def test_an_attached_file_is_shown_and_fetched(
    frontier: "Frontier", plot: str, tmp_path: "Path"
) -> None:
    attached = frontier.json("attach", "tiny", "--file", plot, "--kind", "plot")
    assert attached["ref"] == "tiny@1.0.0"
    assert [(item["name"], item["kind"], item["size_bytes"]) for item in attached["attached"]] == [
        ("curve.png", "plot", 7)
    ]
    assert frontier.json("show", "tiny")["attachments"] == attached["attached"]
    lines = frontier.text("show", "tiny").splitlines()
    row = lines[lines.index("Attachments") + 2].split()
    assert row[:4] == ["curve.png", "plot", "7", "B"]
    frontier.text("fetch", "tiny", "there", "--attachment", "curve.png")
    assert (tmp_path / "there" / "curve.png").read_bytes() == b"picture"


def test_people_are_told_what_was_attached(frontier: "Frontier", plot: str) -> None:
    lines = frontier.text("attach", "tiny", "--file", plot, "--kind", "plot").splitlines()
    assert "Attached to tiny@1.0.0" in lines
    assert lines[-1].startswith("curve.png  plot  7 B")


def test_a_version_without_files_has_no_section_for_them(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    assert "Attachments" not in frontier.text("show", "tiny").splitlines()
    assert frontier.json("show", "tiny")["attachments"] == []


@pytest.mark.feature("STO-18")
def test_an_unknown_kind_is_wrong_usage_that_lists_the_known_ones(
    frontier: "Frontier", plot: str
) -> None:
    said = frontier("attach", "tiny", "--file", plot, "--kind", "drawing")
    assert said.exit_code == 2
    assert "confusion_matrix" in said.stderr


@pytest.mark.feature("STO-19")
def test_a_name_with_a_separator_is_one_line(frontier: "Frontier", plot: str) -> None:
    line = frontier.refused("attach", "tiny", "--file", f"a/{plot}", "--kind", "plot")
    assert line.startswith("Attachment name 'a/curve.png' is not valid")


def test_a_file_that_is_not_attached_is_one_line(
    frontier: "Frontier", records: "Records", tmp_path: "Path"
) -> None:
    records.version()
    assert frontier.refused("fetch", "tiny", "there", "--attachment", "no.png") == (
        "Artifact 'no.png' not found in tiny@1.0.0; `frontier show tiny@1.0.0` lists what is "
        "attached"
    )
    assert not (tmp_path / "there").exists()


def test_a_target_and_an_attachment_at_once_are_wrong_usage(
    frontier: "Frontier", plot: str
) -> None:
    del plot
    arguments = ("fetch", "tiny", "there", "--attachment", "a", "--target", "onnx")
    assert "give either --target or --attachment" in frontier.misused(*arguments)
