from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_checkpoints_are_listed_as_saved(frontier: "Frontier", records: "Records") -> None:
    records.checkpoint(1)
    records.checkpoint(2, epoch=4)
    found = frontier.json("checkpoints", "list", "tiny")
    assert [(item["key"], item["epoch"], item["metrics"]) for item in found] == [
        ("r-step-1", None, {"loss": 0.5}),
        ("r-step-2", 4, {"loss": 0.5}),
    ]
    assert frontier.text("checkpoints", "list", "tiny").splitlines()[2].startswith("r-step-2")


@pytest.mark.feature("TRN-3")
def test_the_runs_are_listed_with_what_became_of_them(
    frontier: "Frontier", records: "Records"
) -> None:
    with records.workspace.training_runs.recorded("tiny", "r1", run_id="one") as run:
        run.version = records.version()
    with pytest.raises(RuntimeError), records.workspace.training_runs.recorded("tiny", "r2"):
        raise RuntimeError("no\nmemory")
    found = frontier.json("checkpoints", "list", "tiny", "--runs")
    assert [(item["name"], item["status"], item["version"]) for item in found] == [
        ("r1", "trained", "1.0.0"),
        ("r2", "failed", None),
    ]
    assert found[1]["problem"] == "RuntimeError: no\nmemory"
    lines = frontier.text("checkpoints", "list", "tiny", "--runs").splitlines()
    assert lines[1].split()[:3] == ["r1", "trained", "1.0.0"]
    assert lines[2].endswith("RuntimeError: no memory")
    (listed,) = frontier.json("models")
    assert listed["last_training"] == "failed"
    assert frontier.text("models").splitlines()[1].split() == ["tiny", "1", "1.0.0", "failed"]


def test_checkpoints_of_an_unknown_model_are_one_line(
    frontier: "Frontier", records: "Records"
) -> None:
    assert frontier.refused("checkpoints", "list", "x").startswith("Model 'x' not found")
