from typing import TYPE_CHECKING

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


def test_checkpoints_of_an_unknown_model_are_one_line(
    frontier: "Frontier", records: "Records"
) -> None:
    assert frontier.refused("checkpoints", "list", "x").startswith("Model 'x' not found")
