from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_the_tree_tells_where_a_version_came_from_and_what_came_of_it(
    frontier: "Frontier", records: "Records"
) -> None:
    key = records.checkpoint(data_digests={"train": "e" * 64})
    records.released("first")
    second = records.workspace.versions.register("tiny", checkpoint=key)
    records.evaluate(second)
    records.converted(second, proved=True)
    records.version("third")
    text = frontier.text("lineage", "tiny@2")
    for line in (
        "tiny@2.0.0: in development",
        "    parent: tiny@1.0.0, major: the first version",
        f"    checkpoint: {key}, saved",
        "      training run: r",
        f"    training data train: {'e' * 64}",
        "    holdout (200 examples, data dddddddddddd): accuracy 0.98",
        "      gate accurate: passed, as measured",
        "    onnx ",
        "  versions after it\n    tiny@3.0.0, major: the signature differs",
    ):
        assert f"\n{line}" in f"\n{text}"


def test_the_stages_of_a_version_and_who_replaced_it_are_told(
    frontier: "Frontier", records: "Records"
) -> None:
    records.released("a")
    records.released("b")
    text = frontier.text("lineage", "tiny@1")
    assert "    staging to production, " in text
    assert "    replaced by 1.0.1 in production, " in text
    assert "build completed by run run-1.0.0" in text


def test_a_build_that_did_not_end_well_is_not_said_to_run(
    frontier: "Frontier", records: "Records"
) -> None:
    version = records.version()
    records.workspace.registry.builds.acquire(
        version.model, version.number, run_id="r1", is_over=lambda _: False, actor="ann"
    )
    assert "build begun and not completed by run r1" in frontier.text("lineage", "tiny")
    assert "begun and not completed by run r1" in frontier.text("show", "tiny")


def test_programs_get_the_whole_of_it(frontier: "Frontier", records: "Records") -> None:
    records.released()
    found = frontier.json("lineage", "tiny")
    assert found["version"]["ref"] == "tiny@1.0.0"
    assert found["evaluations"][0]["dataset_digest"] == "d" * 64
    assert [move["target"] for move in found["moves"]] == ["staging", "production"]


def test_a_terminal_gets_a_drawn_tree(
    frontier: "Frontier",
    records: "Records",
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from frontier_assets.cli.printing import Branch, print_tree

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    print_tree(Branch("root", [Branch("[bold]leaf[/bold]")]))
    assert capsys.readouterr().out.split() == ["root", "└──", "[bold]leaf[/bold]"]
