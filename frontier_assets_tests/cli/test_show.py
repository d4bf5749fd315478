from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_show_has_all_that_is_on_record(frontier: "Frontier", records: "Records") -> None:
    version = records.released()
    records.converted(version, proved=True)
    shown = frontier.json("show", "tiny@production")
    assert shown["version"]["ref"] == "tiny@1.0.0"
    assert shown["build"]["state"] == "completed"
    assert shown["evaluations"]["holdout"]["metrics"] == {"accuracy": 0.98}
    assert [(gate["gate"], gate["outcome"]) for gate in shown["gates"]] == [
        ("accurate", "passed"),
        ("no_worse", "passed"),
    ]
    assert shown["artifacts"]["onnx"]["outcome"] == "passed"
    assert [move["target"] for move in shown["stages"]] == ["staging", "production"]
    assert (shown["production"], shown["barred_reason"]) == ("1.0.0", None)


@pytest.mark.feature("DB-6")
def test_the_time_of_the_last_change_moves_with_changes_only(
    frontier: "Frontier", records: "Records"
) -> None:
    version = records.version()
    first, again = (frontier.json("show", "tiny")["updated_at"] for _ in range(2))
    assert first == again == version.created_at.isoformat()
    records.evaluate(version)
    assert frontier.json("show", "tiny")["updated_at"] > first


def test_show_prints_every_section_for_people(frontier: "Frontier", records: "Records") -> None:
    version = records.released()
    records.converted(version, proved=False)
    lines = frontier.text("show", "tiny").splitlines()
    for title in ("Metrics", "Gates", "Artifacts", "Stages"):
        assert title in lines
    onnx = next(line for line in lines if line.startswith("onnx"))
    assert onnx.split() == ["onnx", "9", "B", "not", "verified:", "failed", "compared"]


def test_what_people_wrote_is_neither_markup_nor_more_lines(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version(description="[bold]new[/bold]\nand \x1b[31mred")
    assert "[bold]new[/bold] and ?[31mred" in frontier.text("show", "tiny")


@pytest.mark.parametrize(
    ("ref", "line"),
    [
        (
            "tiny@9.9.9",
            (
                "Model 'tiny' version '9.9.9' not found; `frontier versions tiny` lists what there "
                "is, `frontier register` adds"
            ),
        ),
        (
            "tiny@production",
            (
                "Model 'tiny' version 'production' not found; `frontier versions tiny` lists what "
                "there is, `frontier register` adds"
            ),
        ),
        (
            "tiny@1.0.0.0",
            (
                "Ref 'tiny@1.0.0.0' is not valid: expected MODEL, MODEL@1.2.0, MODEL@3 (sequence), "
                "MODEL@latest, MODEL@production, MODEL@staging, MODEL@<branch> or "
                "MODEL@digest:<prefix of 4 or more>"
            ),
        ),
    ],
)
def test_an_unknown_version_is_one_line(
    frontier: "Frontier", records: "Records", ref: str, line: str
) -> None:
    records.version()
    assert frontier.refused("show", ref) == line
