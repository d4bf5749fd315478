from typing import TYPE_CHECKING

import dagster as dg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

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
    (listed,) = frontier.json("models")["models"]
    assert listed["last_training"] == "failed"
    assert frontier.text("models").splitlines()[1].split() == ["tiny", "1", "1.0.0", "failed"]


def test_what_was_found_in_a_watched_place_is_listed_with_what_became_of_it(
    frontier: "Frontier", records: "Records"
) -> None:
    watched = records.specification(watch={"location": str(records.folder / "runs")})
    runs = records.folder / "runs"
    runs.mkdir()
    for name in ("step_1.pt", "step_2.safetensors"):
        (runs / name).write_bytes(b"no checkpoint")
    discovery = records.workspace.discovery
    discovery.look(watched)
    first, second = discovery.look(watched).ready
    discovery.refuse("tiny", first.location, first.fingerprint, "it is no\ncheckpoint")
    found = frontier.json("checkpoints", "list", "tiny", "--watched")
    assert [(item["location"], item["checkpoint"], item["problem"]) for item in found] == [
        (f"file:{runs}/step_1.pt", None, "it is no\ncheckpoint"),
        (second.location, None, ""),
    ]
    lines = frontier.text("checkpoints", "list", "tiny", "--watched").splitlines()
    assert lines[1].endswith("it is no checkpoint")
    assert lines[2].endswith("waits to be taken in")


def test_only_one_kind_of_list_is_asked_for(frontier: "Frontier", records: "Records") -> None:
    records.checkpoint(1)
    assert "--watched" in frontier.misused("checkpoints", "list", "tiny", "--runs", "--watched")


def test_checkpoints_of_an_unknown_model_are_one_line(
    frontier: "Frontier", records: "Records"
) -> None:
    assert frontier.refused("checkpoints", "list", "x").startswith("Model 'x' not found")


def keep(records: "Records", **rule: int) -> None:
    specification = records.specification(retention={"checkpoints": rule})
    records.workspace.record_policy(specification)


@pytest.mark.feature("CKP-5")
def test_retention_says_what_it_keeps_and_why_and_what_it_deletes(
    frontier: "Frontier", records: "Records"
) -> None:
    for step in range(4):
        records.checkpoint(step)
    keep(records, keep_recent=1)
    records.workspace.checkpoints.pin("tiny", "r-step-0", "the paper's")
    dry = frontier.json("checkpoints", "retain", "tiny", "--dry-run")
    assert len(frontier.json("checkpoints", "list", "tiny")) == 4
    text = frontier.text("checkpoints", "retain", "tiny")
    kept, gone = text.split("Deleted")
    assert "r-step-0" in kept
    assert kept.splitlines()[3].endswith("it is pinned by ann: the paper's")
    assert kept.splitlines()[4].endswith("among the newest 1")
    assert [line.split()[0] for line in gone.splitlines()[2:4]] == ["r-step-1", "r-step-2"]
    assert gone.splitlines()[-1] == "Frees 0 B at the next collection of the store."
    assert [item["key"] for item in dry["deleted"]] == ["r-step-1", "r-step-2"]
    assert [item["key"] for item in frontier.json("checkpoints", "list", "tiny")] == [
        "r-step-0",
        "r-step-3",
    ]


def test_a_checkpoint_is_pinned_and_unpinned(frontier: "Frontier", records: "Records") -> None:
    records.checkpoint(1)
    pinned = frontier.json("checkpoints", "pin", "tiny", "best", "--reason", "good")
    assert (pinned["subject"], pinned["name"], pinned["reason"]) == (
        "checkpoint",
        "r-step-1",
        "good",
    )
    text = frontier.text("checkpoints", "unpin", "tiny", "r-step-1")
    assert text == "r-step-1 of tiny is no longer pinned.\n"
    line = frontier.refused("checkpoints", "unpin", "tiny", "r-step-1")
    assert line == "Model 'tiny' checkpoint 'r-step-1' is not pinned; nothing was changed"
    assert "'r-step-9' not found" in frontier.refused(
        "checkpoints", "pin", "tiny", "r-step-9", "--reason", "good"
    )


@pytest.mark.feature("CKP-3")
def test_in_a_project_the_partitions_go_with_the_checkpoints(
    frontier: "Frontier", project: "Records", tmp_path: "Path"
) -> None:
    keys = [project.checkpoint(step) for step in range(4)]
    keep(project, keep_recent=2)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        instance.add_dynamic_partitions("tiny__checkpoints", [*keys, "left-step-1"])
        frontier.text("checkpoints", "retain", "tiny", "--dry-run")
        assert len(instance.get_dynamic_partitions("tiny__checkpoints")) == 5
        frontier.text("checkpoints", "retain", "tiny")
        assert sorted(instance.get_dynamic_partitions("tiny__checkpoints")) == keys[2:]
