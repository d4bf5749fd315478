"""`make demo`, as a stranger runs it: a real webserver and daemon, one launched job a model."""

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
import yaml

from frontier_assets.settings import Settings
from frontier_assets.types import Stage
from frontier_assets.workspace import Workspace

PROJECT = Path(__file__).parents[2]
MODELS = sorted(
    yaml.safe_load(path.read_text("utf-8"))["attributes"]["name"]
    for path in (PROJECT / "frontier_assets" / "defs").glob("*/defs.yaml")
)


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
        "OMP_NUM_THREADS": "1",
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
def test_sensors_promote_every_model_that_the_demo_only_trained(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = start_demo(root)
    output, _ = demo.communicate(timeout=560)
    assert demo.returncode == 0, output
    with Workspace(settings_of(root, monkeypatch)) as workspace:
        workspace.audit.verify()
        history = {model: workspace.stages.history(model) for model in MODELS}
        holders = [workspace.stages.holder(model) for model in MODELS]
        trained = [workspace.training_runs.list(model) for model in MODELS]
    assert [holder.ref for holder in holders if holder] == [f"{model}@1.0.0" for model in MODELS]
    assert [(run.status, run.version) for (run,) in trained] == [("trained", "1.0.0")] * len(MODELS)
    monkeypatch.chdir(root)
    with dg.DagsterInstance.from_config(str(root)) as instance:
        runs = {run.run_id: run for run in instance.get_runs()}
    for model in MODELS:
        assert f"{model}@1.0.0 is in production, promoted by the sensor." in output
        assert [move.target for move in history[model]] == [Stage.STAGING, Stage.PRODUCTION]
        promoting = runs[history[model][-1].run_id or ""]
        assert promoting.tags["dagster/sensor_name"] == "promotion"
    unasked = [run.job_name for run in runs.values() if "dagster/sensor_name" not in run.tags]
    assert sorted(unasked) == [f"{model}__train" for model in MODELS]


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
