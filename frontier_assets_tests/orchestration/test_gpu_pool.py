"""One step on the GPU at a time, whatever happens to it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets_tests.engines import plant_package, require_rtx
from frontier_assets_tests.orchestration.building import project_in, release, start
from frontier_assets_tests.tiny_project import MODEL, PROJECT

SLOW = "import time; time.sleep(2); __version__ = '99.0'"
STARTED, ENDED = dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance of a project's own `dagster.yaml`, with its pools."""
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as opened:
        yield opened


def moment(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> float:
    (found,) = (
        record.timestamp
        for record in instance.all_logs(run_id, of_type=kind)
        if record.step_key == f"{MODEL}__tensorrt_fp32"
    )
    return found


def test_two_steps_on_the_gpu_never_overlap_in_two_runs_that_do(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looking for it takes two seconds and ends without a GPU: the step is over, nothing is built.
    plant_package(tmp_path, monkeypatch, "tensorrt", code=SLOW)
    project = project_in(tmp_path, instance, target="tensorrt_fp32")
    numbers = [project.train(), project.train()]
    builds = [start(tmp_path, number, "tensorrt_fp32") for number in numbers]
    release(tmp_path, numbers)
    assert [build.wait(timeout=240) for build in builds] == [0, 0]
    records = instance.get_run_records(dg.RunsFilter(job_name=f"{MODEL}__build"))
    runs = [record.dagster_run.run_id for record in records]
    steps = sorted((moment(instance, r, STARTED), moment(instance, r, ENDED)) for r in runs)
    first, second = steps
    assert first[1] - first[0] >= 2
    assert first[1] <= second[0]
    # The second run was under way while the first one was at it.
    assert all((record.start_time or 0) < first[1] for record in records)


def test_a_step_that_its_memory_limit_kills_leaves_the_worker_alive_and_the_slot_free(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    worker = os.getpid()
    require_rtx()
    engine = {"target": "tensorrt_rtx_fp16"}
    tight = project_in(tmp_path, instance, **engine, memory_limit_gib=0.01)
    number = tight.train()
    killed = tight.run("build", partition=number)
    assert not killed.success
    (failure,) = (event for event in killed.all_events if event.is_step_failure)
    assert failure.step_key == f"{MODEL}__tensorrt_rtx_fp16"
    assert "memory_limit_gib" in str(failure.event_specific_data)
    pool = instance.event_log_storage.get_concurrency_info("gpu")
    assert (pool.slot_count, pool.active_slot_count, pool.pending_step_count) == (1, 0, 0)
    assert project_in(tmp_path, instance, **engine).run("build", partition=number).success
    assert os.getpid() == worker
