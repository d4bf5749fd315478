"""`make demo`, as a stranger runs it: a real webserver and daemon, one launched job."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from frontier_assets.settings import Settings
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace

PROJECT = Path(__file__).parents[2]
MODEL = "digits_classifier"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(PROJECT / name, tmp_path)
    yield tmp_path
    assert processes_in(tmp_path) == []


def processes_in(root: Path) -> list[str]:
    """Return the commands of the processes that work in ``root``."""
    return [
        " ".join(process.info["cmdline"] or [])
        for process in psutil.process_iter(["cwd", "cmdline"])
        if process.info["cwd"] == str(root)
    ]


def environment(root: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FRONTIER_REGISTRY_URL": f"sqlite:///{root}/.frontier/registry.db",
        "FRONTIER_STORES": f"default=file:{root}/.frontier/store",
        "OMP_NUM_THREADS": "2",
    }


def start_demo(root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "frontier_assets.cli.demo"],
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.timeout(600)
def test_a_sensor_promotes_what_the_demo_only_trained(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = start_demo(root)
    output, _ = demo.communicate(timeout=400)
    assert demo.returncode == 0, output
    assert f"{MODEL}@1.0.0 is in production, promoted by the sensor." in output
    with Workspace(settings_of(root, monkeypatch)) as workspace:
        moves = workspace.stages.history(MODEL)
        workspace.audit.verify()
        assert workspace.stages.holder(MODEL).number == "1.0.0"  # type: ignore[union-attr]
    assert [move.target for move in moves] == [Stage.STAGING, Stage.PRODUCTION]
    monkeypatch.chdir(root)
    with dg.DagsterInstance.from_config(str(root)) as instance:
        runs = {run.run_id: run for run in instance.get_runs()}
        promoting = runs[moves[-1].run_id or ""]
        assert promoting.tags["dagster/sensor_name"] == "promotion"
        unasked = [r.job_name for r in runs.values() if "dagster/sensor_name" not in r.tags]
        assert unasked == [f"{MODEL}__train"]


@pytest.mark.timeout(300)
def test_an_interrupt_stops_everything_that_the_demo_started(root: Path) -> None:
    demo = start_demo(root)
    assert demo.stdout is not None
    for line in demo.stdout:
        if "started" in line:
            break
    time.sleep(1)
    demo.send_signal(signal.SIGINT)
    output, _ = demo.communicate(timeout=120)
    assert demo.returncode == 130, output


def settings_of(root: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in environment(root).items():
        monkeypatch.setenv(name, value)
    return Settings.read(root=root)
