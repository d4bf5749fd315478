"""The first save of a state against a safetensors file, both durable; only ours is hashed."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks import ours, peers, states
from frontier_assets_tests.benchmarks.outcomes import Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn, timed
from frontier_assets_tests.benchmarks.states import Weights

AT_LEAST, MINIMUM_AT_LEAST = 1.10, 1.25


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the two."""
    state = states.weights(plan.width)
    found = in_turn(
        {
            "ours": lambda: save_seconds(state, folder),
            "safetensors": lambda: _safetensors_seconds(state, folder),
        },
        plan,
    )
    name = "first save ÷ safetensors + fsync"
    yield Ratio(name, found["ours"], found["safetensors"], AT_LEAST, MINIMUM_AT_LEAST)


def save_seconds(state: Weights, folder: Path) -> float:
    """Return the seconds of saving ``state`` to a workspace that is empty."""
    with tempfile.TemporaryDirectory(dir=folder) as own, ours.opened(Path(own)) as workspace:
        save = workspace.checkpoints.save
        os.sync()
        return timed(lambda: save(ours.MODEL, run="r", step=1, state={"model": state}))[0]


def _safetensors_seconds(state: Weights, folder: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        path = Path(own) / "model.safetensors"
        os.sync()
        return timed(lambda: peers.save_safetensors(state, path))[0]
