"""The sensor and its job, over a folder that a process outside Dagster writes to."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from frontier_assets.registry.discoveries import DiscoveryRecord
from frontier_assets.types import Checkpoint
from frontier_assets_tests.foreign_trainers import weights
from frontier_assets_tests.payload import Payload
from frontier_assets_tests.tiny_project import MODEL, Project

SENSOR = "new_checkpoints"


@dataclasses.dataclass
class Trainer:
    """A folder that the project's model watches."""

    project: Project
    folder: Path

    def save(self, name: str, value: object = None, **values: Any) -> Path:
        import torch

        torch.save(weights() | values if value is None else value, self.folder / name)
        return self.folder / name

    def tick(self) -> list[dg.RunRequest]:
        result = self.project.tick(SENSOR)
        return list(result.run_requests or []) if isinstance(result, dg.SensorResult) else []

    def skipped(self) -> str:
        result = self.project.tick(SENSOR)
        assert isinstance(result, dg.SkipReason)
        return str(result.skip_message)

    def run(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        return self.project.run("ingest", run_config=request.run_config, tags=request.tags)

    def settle(self) -> list[dg.ExecuteInProcessResult]:
        """Look twice and run all that is asked for."""
        self.tick()
        return [self.run(request) for request in self.tick()]

    @property
    def saved(self) -> list[Checkpoint]:
        with self.project.workspace() as workspace:
            return list(workspace.checkpoints.list(MODEL))

    @property
    def found(self) -> list[DiscoveryRecord]:
        with self.project.workspace() as workspace:
            return list(workspace.discovery.list(MODEL))


@pytest.fixture
def trainer(project: Project) -> Trainer:
    folder = project.root / "runs"
    folder.mkdir()
    project.change(watch={"location": "runs/"}, training=None)
    return Trainer(project, folder)


def test_what_is_unchanged_since_the_last_tick_is_taken_in_by_a_run(trainer: Trainer) -> None:
    trainer.save("step_1.pt")
    assert trainer.skipped() == "Nothing new is at rest."
    (request,) = trainer.tick()
    assert request.job_name == f"{MODEL}__ingest"
    assert trainer.run(request).success
    assert [item.key for item in trainer.saved] == ["runs-step-1"]
    assert trainer.skipped() == "Nothing new is at rest."


def test_the_checkpoint_is_visible_in_dagster_with_its_partition(trainer: Trainer) -> None:
    trainer.save("step_1.pt")
    (result,) = trainer.settle()
    instance = trainer.project.instance
    assert instance.get_dynamic_partitions(f"{MODEL}__checkpoints") == ["runs-step-1"]
    event = instance.get_latest_materialization_event(dg.AssetKey([MODEL, "checkpoint"]))
    assert event is not None
    assert event.run_id == result.run_id
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == "runs-step-1"
    (saved,) = trainer.saved
    assert event.asset_materialization.metadata["digest"].value == saved.digest


def test_a_repeated_tick_repeats_its_run_keys_until_the_file_changes(trainer: Trainer) -> None:
    trainer.save("step_1.pt")
    trainer.tick()
    first, again = trainer.tick(), trainer.tick()
    assert [request.run_key for request in first] == [request.run_key for request in again]
    trainer.save("step_1.pt", more=weights()["layer.bias"])
    trainer.tick()
    (other,) = trainer.tick()
    assert other.run_key != first[0].run_key


def test_what_a_run_is_taking_in_is_not_asked_for_again(trainer: Trainer) -> None:
    trainer.save("step_1.pt")
    trainer.tick()
    (request,) = trainer.tick()
    trainer.project.instance.create_run_for_job(
        trainer.project.defs.resolve_job_def(f"{MODEL}__ingest"),
        status=dg.DagsterRunStatus.STARTED,
        run_config=request.run_config,
        tags=request.tags,
    )
    assert trainer.tick() == []


def test_runs_that_died_are_repeated_twice_and_then_said_to_have_died(trainer: Trainer) -> None:
    trainer.save("step_1.pt")
    trainer.tick()
    keys = set()
    for _ in range(3):
        (request,) = trainer.tick()
        keys.add(request.run_key)
        trainer.project.instance.create_run_for_job(
            trainer.project.defs.resolve_job_def(f"{MODEL}__ingest"),
            status=dg.DagsterRunStatus.FAILURE,
            run_config=request.run_config,
            tags=request.tags,
        )
    assert len(keys) == 3
    assert "3 runs ended without taking it in; run " in trainer.skipped()
    assert trainer.tick() == []


@pytest.mark.feature("SEC-11")
def test_a_malicious_pickle_is_refused_and_said_in_every_tick(trainer: Trainer) -> None:
    marker = trainer.project.root / "executed"
    trainer.save("evil.pt", {"model": Payload(marker), "step": 1})
    (result,) = trainer.settle()
    assert not result.success
    assert not marker.exists()
    assert trainer.saved == []
    (item,) = trainer.found
    assert item.problem.startswith("File 'evil.pt' is refused: it is a pickle of more than weights")
    for _ in range(2):
        assert "runs/evil.pt was refused: File 'evil.pt' is refused" in trainer.skipped()


def test_a_place_that_cannot_be_looked_at_is_said(trainer: Trainer) -> None:
    trainer.folder.rmdir()
    trainer.folder.touch()
    assert "tiny was not looked at: Store file:" in trainer.skipped()


def test_one_tick_asks_for_no_more_runs_than_a_queue_takes_well(trainer: Trainer) -> None:
    for step in range(25):
        trainer.save(f"step_{step}.pt")
    trainer.tick()
    assert len(trainer.tick()) == 20


def test_a_location_without_watched_models_opens_nothing(project: Project) -> None:
    result = project.tick(SENSOR)
    assert isinstance(result, dg.SkipReason)
    assert result.skip_message == "No model has a `watch` section."
    assert not (project.root / ".frontier").exists()


@pytest.mark.parametrize(
    ("register", "expected"), [("never", []), ("latest", [1, 3]), ("best", [1, 2])]
)
def test_versions_are_registered_as_the_yaml_says(
    trainer: Trainer, register: str, expected: list[int]
) -> None:
    watch = {"location": "runs/", "register": register}
    trainer.project.change(watch=watch, training=None)
    for step, loss in ((1, 0.5), (3, 0.75), (2, 0.25)):
        trainer.save(f"step_{step}.pt", {"model": weights(), "loss": loss})
        assert all(result.success for result in trainer.settle())
    with trainer.project.workspace() as workspace:
        known = workspace.versions.list(MODEL) if expected else []
        assert [item.checkpoint for item in known] == [f"runs-step-{step}" for step in expected]
    assert len(trainer.saved) == 3


def test_the_job_exists_where_there_is_the_section(project: Project, trainer: Trainer) -> None:
    def jobs() -> set[str]:
        return {job.name for job in project.defs.resolve_all_job_defs()}

    assert {f"{MODEL}__ingest", f"{MODEL}__train"} & jobs() == {f"{MODEL}__ingest"}
    trainer.project.change()
    assert {f"{MODEL}__ingest", f"{MODEL}__train"} & jobs() == {f"{MODEL}__train"}


# Writes the file named first in pieces of 1 KiB, slowly; the bytes are those of the second one.
WRITER = """
import sys, time
target, source = sys.argv[1:]
content = open(source, "rb").read()
with open(target, "wb", buffering=0) as file:
    for start in range(0, len(content), 1024):
        file.write(content[start:start + 1024])
        time.sleep(0.01)
"""


def begin_writing(trainer: Trainer, name: str) -> tuple["subprocess.Popen[bytes]", Path]:
    import torch

    source, target = trainer.project.root / "source", trainer.folder / name
    torch.save({"model": {"w": torch.arange(100_000)}, "step": 1}, source)
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(target), str(source)])
    while not target.exists() or not target.stat().st_size:
        time.sleep(0.005)
    return process, target


def test_a_file_that_is_written_slowly_is_taken_in_whole_or_not_at_all(trainer: Trainer) -> None:
    process, target = begin_writing(trainer, "step_1.pt")
    ticks = 0
    while process.poll() is None:
        # Two ticks may well fall between two writes: what is asked for then is refused by its end.
        for request in trainer.tick():
            trainer.run(request)
        ticks += 1
    assert ticks > 2
    size = target.stat().st_size
    trainer.settle()
    (saved,) = trainer.saved
    assert saved.size_bytes == 800_000 < size
    assert [item.checkpoint for item in trainer.found] == ["runs-step-1"]


def test_what_a_killed_writer_left_is_never_taken_in(trainer: Trainer) -> None:
    process, target = begin_writing(trainer, "step_1.pt")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left = target.stat().st_size
    (result,) = trainer.settle()
    assert not result.success
    assert trainer.settle() == []
    assert (trainer.saved, target.stat().st_size) == ([], left)
    (item,) = trainer.found
    assert "expected a whole file of torch.save" in item.problem
