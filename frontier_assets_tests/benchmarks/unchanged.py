"""A save of which nine tenths are what the checkpoint before holds already."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks import ours, peers, states
from frontier_assets_tests.benchmarks.outcomes import Figure, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn, timed

BYTES_AT_MOST, TIME_AT_LEAST = 0.101, 1.5


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Change one block of ten before every save, and compare with a whole safetensors file."""
    state = states.weights(plan.width)
    total = states.size_bytes(state)
    path = folder / "model.safetensors"
    written: list[int] = []
    steps = itertools.count(1)
    with ours.opened(folder / "ours") as workspace:

        def save() -> float:
            os.sync()
            step = next(steps)
            seconds, saved = timed(
                lambda: workspace.checkpoints.save(
                    ours.MODEL, run="r", step=step, state={"model": state}
                )
            )
            written.append(saved.stored_bytes)
            return seconds

        def save_changed() -> float:
            step = len(written)
            state.update(states.with_new_block(state, step % states.BLOCKS, seed=step))
            return save()

        def save_whole_file() -> float:
            path.unlink(missing_ok=True)
            os.sync()
            return timed(lambda: peers.save_safetensors(state, path))[0]

        save()
        found = in_turn({"ours": save_changed, "safetensors": save_whole_file}, plan)
    name = "90 % unchanged tensors"
    most = max(written[1:])
    yield Figure(f"{name}, written", most / total, BYTES_AT_MOST, "of the bytes", most, total)
    yield Ratio(f"{name} ÷ safetensors + fsync", found["ours"], found["safetensors"], TIME_AT_LEAST)
