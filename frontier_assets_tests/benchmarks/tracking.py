"""A first save against `torch.save` and MLflow's copy of that file, made durable."""

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from frontier_assets_tests.benchmarks import peers, states
from frontier_assets_tests.benchmarks.first_save import save_seconds
from frontier_assets_tests.benchmarks.outcomes import Missing, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn, timed
from frontier_assets_tests.benchmarks.states import Weights

AT_LEAST = 2.0
_NAME = "first save ÷ torch.save + MLflow log_artifact + fsync"


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the two, where MLflow is installed."""
    if find_spec("mlflow") is None:
        yield Missing(_NAME, "mlflow is not installed; the extra `mlflow` brings it")
        return
    state = states.weights(plan.width)
    tracker = _Tracker(folder)
    found = in_turn(
        {
            "ours": lambda: save_seconds(state, folder),
            "mlflow": lambda: tracker.log_seconds(state),
        },
        plan,
    )
    yield Ratio(_NAME, found["ours"], found["mlflow"], AT_LEAST)


class _Tracker:
    """An experiment in a database of its own, whose artifacts lie beside it."""

    def __init__(self, folder: Path) -> None:
        tracking = importlib.import_module("mlflow.tracking")
        self._folder, self._artifacts = folder, folder / "artifacts"
        self._client = tracking.MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")
        self._experiment = self._client.create_experiment(
            "benchmark", artifact_location=self._artifacts.as_uri()
        )

    def log_seconds(self, state: Weights) -> float:
        """Return the seconds of logging ``state`` to a new run."""
        run = self._client.create_run(self._experiment).info.run_id
        with tempfile.TemporaryDirectory(dir=self._folder) as own:
            os.sync()
            seconds, _ = timed(lambda: self._log(run, state, Path(own) / "model.pt"))
        shutil.rmtree(self._artifacts)
        return seconds

    def _log(self, run: str, state: Weights, file: Path) -> None:
        import torch

        torch.save(state, file)
        self._client.log_artifact(run, str(file))
        (copy,) = self._artifacts.rglob(file.name)
        peers.synchronise(copy)
