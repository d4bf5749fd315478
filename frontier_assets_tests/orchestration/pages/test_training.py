"""The page of a training run."""

from typing import Any

import dagster as dg

from frontier_assets.orchestration.pages.training import LoggedMetrics, training_metadata
from frontier_assets.types import Checkpoint, Digest, Version
from frontier_assets_tests.promotion.complete import AT, version


def checkpoint(step: int, **metrics: float) -> Checkpoint:
    return Checkpoint(
        id=step,
        model="m",
        run="run",
        step=step,
        epoch=None,
        digest=Digest("a" * 64),
        store="default",
        size_bytes=10,
        stored_bytes=5,
        metrics=metrics,
        parameters={},
        data_digests={},
        created_at=AT,
    )


def page(
    saved: list[Checkpoint], registered: Version | None, logged: LoggedMetrics | None = None
) -> dict[str, dg.MetadataValue[Any]]:
    return training_metadata(
        saved,
        registered,
        model="m",
        dataset="train",
        data_digest="d" * 64,
        logged=logged or LoggedMetrics(),
    )


def test_what_was_logged_belongs_to_the_checkpoint_that_follows() -> None:
    logged = LoggedMetrics()
    logged.on_metrics({"train_loss": 0.5})
    logged.on_metrics({"rate": 0.1})
    logged.on_checkpoint(checkpoint(10))
    logged.on_checkpoint(checkpoint(20))
    assert logged.by_step == {10: {"train_loss": 0.5, "rate": 0.1}, 20: {}}


def test_the_table_has_what_was_logged_and_what_was_saved() -> None:
    logged = LoggedMetrics()
    logged.on_metrics({"train_loss": 0.5})
    logged.on_checkpoint(checkpoint(10))
    table = page([checkpoint(10, loss=0.25), checkpoint(20)], version(), logged)["learning_curve"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data for record in table.records] == [
        {"step": 10, "loss": 0.25, "train_loss": 0.5},
        {"step": 20, "loss": None, "train_loss": None},
    ]


def test_a_long_run_has_a_table_of_a_hundred_rows_with_both_ends() -> None:
    found = page([checkpoint(step, loss=1.0) for step in range(1000)], version())
    table = found["learning_curve"]
    assert isinstance(table, dg.TableMetadataValue)
    steps = [record.data["step"] for record in table.records]
    assert (len(steps), steps[0], steps[-1]) == (100, 0, 999)
    assert found["checkpoints"].value == 1000


def test_the_page_names_the_version_and_the_next_command() -> None:
    found = page([checkpoint(10, loss=0.5)], version())
    assert found["outcome"].value == "**1.0.1 was registered**"
    assert found["next_command"].value == "frontier build m@1.0.1"
    assert "data:image/png" in str(found["picture_learning_curve"].value)


def test_a_run_that_registers_nothing_says_how_to() -> None:
    found = page([checkpoint(10)], None)
    assert "no version" in str(found["outcome"].value)
    assert found["next_command"].value == "frontier register m --checkpoint run-step-10"
    assert "picture_learning_curve" not in found
