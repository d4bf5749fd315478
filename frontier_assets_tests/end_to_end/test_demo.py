"""`make demo`, as a stranger runs it: a real webserver and daemon, one launched job a model."""

import contextlib
import dataclasses
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

from frontier_assets.cli.demo.decision import decision
from frontier_assets.cli.demo.trial import MODEL as TRIED
from frontier_assets.defs.digits_classifier import model as digits
from frontier_assets.predictors.engines.probe import EngineState, probe
from frontier_assets.registry.artifacts import ArtifactRecord
from frontier_assets.settings import Settings
from frontier_assets.types import ExperimentDecision, ExperimentState, Outcome, Stage
from frontier_assets.workspace import Workspace
from frontier_assets_tests.engines import RTX, require_rtx

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
        "COLUMNS": "200",  # no sentence is broken
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


@dataclasses.dataclass(frozen=True)
class Demo:
    """One demo that ran to its end, and what Dagster has of its runs."""

    root: Path
    output: str
    workspace: Workspace
    runs: list[dg.DagsterRun]

    def job(self, name: str) -> list[dg.DagsterRun]:
        return [run for run in self.runs if run.job_name == name]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    root = tmp_path_factory.mktemp("demo")
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(PROJECT / name, root)
    with start_demo(root) as process:
        output, _ = process.communicate(timeout=1000)
    assert process.returncode == 0, output
    settings = Settings.read(root=root, environment=environment(root))
    # What dagster.yaml names is relative to the project's folder.
    with contextlib.chdir(root), dg.DagsterInstance.from_config(str(root)) as instance:
        runs = [*instance.get_runs()]
    with Workspace(settings) as workspace:
        yield Demo(root, output, workspace, runs)
    assert processes_in(root) == []


@pytest.mark.timeout(1100)
def test_sensors_promote_every_model_that_the_demo_only_trained(demo: Demo) -> None:
    workspace = demo.workspace
    workspace.audit.verify()
    runs = {run.run_id: run for run in demo.runs}
    for model in MODELS:
        trained = [(run.status, run.version) for run in workspace.training_runs.list(model)]
        assert ("trained", "1.0.0") in trained
        assert f"{model}@1.0.0 is in production, promoted by the sensor." in demo.output
        history = workspace.stages.history(model)[:2]
        assert [(move.version, move.target) for move in history] == [
            ("1.0.0", Stage.STAGING),
            ("1.0.0", Stage.PRODUCTION),
        ]
        assert runs[history[-1].run_id or ""].tags["dagster/sensor_name"] == "promotion"
    assert [(run.job_name, run.status) for run in demo.runs if not run.is_success] == []
    unasked = {run.job_name for run in demo.runs if "dagster/sensor_name" not in run.tags}
    assert unasked == {f"{model}__train" for model in MODELS} | {f"{TRIED}__look"}


def converted(workspace: Workspace) -> dict[str, ArtifactRecord]:
    """Return the artifacts of the digits' first version, by target."""
    records = workspace.registry.artifacts.list(TRIED, "1.0.0")
    return {record.name: record for record in records}


@pytest.mark.feature("CNV-1", "CNV-3", "CNV-5")
@pytest.mark.timeout(1100)
def test_the_digits_are_converted_proved_and_served_as_what_proved_fastest(demo: Demo) -> None:
    made = converted(demo.workspace)
    proved = {"onnx", "onnx_fp16", "onnx_int8", "openvino"}
    assert {target: made[target].outcome for target in proved} == dict.fromkeys(
        proved, Outcome.PASSED
    )
    assert demo.workspace.pick(f"{TRIED}@1.0.0").target in proved


@pytest.mark.feature("CNV-2")
@pytest.mark.timeout(1100)
def test_the_digits_engine_is_built_and_passes_on_a_gpu_alone(demo: Demo) -> None:
    require_rtx()
    engine, state = converted(demo.workspace)["tensorrt_rtx_fp16"], probe(RTX).state
    assert "model.engine" in engine.members
    if state is EngineState.OK:
        assert engine.outcome is Outcome.PASSED
    else:
        assert (engine.outcome, engine.verified_at) == (Outcome.NOT_RUN, None)
        assert engine.outcome_detail.startswith(f"{state}: ")
        passed_over = demo.workspace.pick(f"{TRIED}@1.0.0").passed_over
        assert f"{state}: " in passed_over["tensorrt_rtx_fp16"]


@pytest.mark.timeout(1100)
def test_the_digits_meet_their_own_gates_with_room_to_spare(demo: Demo) -> None:
    found = {
        item.dataset: item for item in demo.workspace.registry.evaluations.list(TRIED, "1.0.0")
    }
    judged = {verdict.outcome for item in found.values() for verdict in item.verdicts}
    assert judged == {Outcome.PASSED}
    assert found["holdout"].metrics["accuracy"] >= 0.985
    assert found["noisy"].metrics["accuracy"] >= 0.85


@pytest.mark.feature("ABT-12", "ABT-20")
@pytest.mark.timeout(1100)
def test_a_second_version_goes_through_an_experiment_which_decides_on_it(demo: Demo) -> None:
    workspace = demo.workspace
    (experiment,) = workspace.experiments.list(TRIED)
    first, second = workspace.versions.list(TRIED)
    assert second.parameters != first.parameters
    assert (experiment.design.control, experiment.design.treatments) == (
        first.number,
        [second.number],
    )
    assert experiment.state is ExperimentState.DECIDED
    looks = workspace.experiments.looks(experiment.id)
    assert len(looks) == len(demo.job(f"{TRIED}__look"))
    assert {run.tags["dagster/partition"] for run in demo.job(f"{TRIED}__look")} == {experiment.id}
    served = looks[-1].result
    assert served["counts"]["rows"] == sum(served["units"].values())
    assert sum(served["units"].values()) % len(digits.holdout()) == 0
    assert all(sentence in demo.output for sentence in served["sentences"])


@pytest.mark.feature("ABT-12")
@pytest.mark.timeout(1100)
def test_production_follows_the_decision_once_and_nothing_else(demo: Demo) -> None:
    workspace = demo.workspace
    (experiment,) = workspace.experiments.list(TRIED)
    second = experiment.design.treatments[0]
    entered = [
        move
        for move in workspace.stages.history(TRIED)
        if (move.version, move.target) == (second, Stage.PRODUCTION)
    ]
    holder = workspace.versions.get(f"{TRIED}@production").number
    if experiment.decision is ExperimentDecision.TREATMENT:
        (move,) = entered
        assert holder == second
        assert experiment.ended_at is not None
        assert move.at > experiment.ended_at
        (promoting,) = [run for run in demo.runs if run.run_id == move.run_id]
        assert promoting.tags["dagster/sensor_name"] == "promotion"
        assert f"{TRIED}@{second} is in production, promoted by the sensor." in demo.output
    else:
        assert (entered, holder) == ([], experiment.design.control)
        assert f"{TRIED}@{second} stays in staging: it did not win" in demo.output
    assert decision(experiment) in demo.output
    assert f"/assets/{TRIED}/ab_test" in demo.output


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
